import { expect, it } from 'vitest';
import { writeFigures } from '../fixtures/figures';
import { keep, secondsAsked, seed, timeIsOver } from './asked';
import { fuzzIndexes } from './indexes';
import { useAllInProcess } from './inProcess';
import { indexSeeds } from './seeds';
import { Trial } from './trial';

const LEAST = 500;
const seconds = secondsAsked(60);

/** The engine with sanitizers, and led by what its code has not done yet, where one was built (`scripts/reliability/sanitized.mjs`). */
const { FUZZ_TRIAL } = process.env;

it('F9: what the gate accepts, the engine uses, whatever is damaged', async () => {
  const sanitized = FUZZ_TRIAL === undefined ? null : new Trial(FUZZ_TRIAL);
  const trial = sanitized ?? { use: useAllInProcess };
  const { tried, accepted, kept, findings } = await fuzzIndexes(indexSeeds(), trial, {
    seed,
    until: timeIsOver(seconds),
  });
  sanitized?.close();
  keep(findings, '.index');
  writeFigures({ seconds, seed, tried, accepted, kept, findings: findings.length });
  expect(findings.map(({ what, report }) => `${what}: ${report}`)).toEqual([]);
  expect(accepted).toBeGreaterThan(LEAST);
});
