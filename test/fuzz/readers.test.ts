import { expect, it } from 'vitest';
import { writeFigures } from '../fixtures/figures';
import { keep, secondsAsked, seed, timeIsOver } from './asked';
import { walkerSeeds } from './seeds';
import { fuzzWalkers } from './walkers';

const LEAST = 500;
const seconds = secondsAsked(30);

it('F9: whatever is damaged, a reader answers with a value or an error of its own, soon', () => {
  const { tried, kept, findings } = fuzzWalkers(walkerSeeds(), { seed, until: timeIsOver(seconds) });
  keep(findings, '.bin');
  writeFigures({ seconds, seed, tried, kept, findings: findings.length });
  expect(findings.map(({ reader, report }) => `${reader}: ${report}`)).toEqual([]);
  expect(tried).toBeGreaterThanOrEqual(LEAST);
});
