import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFigures } from '../fixtures/figures';
import { answers, expectedAnswers, filesOf, FORMAT_NAMES } from '../hostile/corpus';
import { fuzzIndexes } from './indexes';
import { FINDINGS, indexSeeds, walkerSeeds } from './seeds';
import { Trial } from './trial';
import { fuzzWalkers } from './walkers';

/** Told by `npm run reliability`. */
const { FUZZ_SECONDS = '10', FUZZ_SEED = '1', FUZZ_TRIAL } = process.env;

const seconds = Number(FUZZ_SECONDS);
const seed = Number(FUZZ_SEED);

interface Found {
  readonly bytes: Uint8Array;
  readonly report: string;
}

function until(): () => boolean {
  const end = performance.now() + seconds * 1_000;
  return () => performance.now() > end;
}

/** Keeps what was found for the next time, with what was said of it. */
function keep(findings: readonly Found[], ending: string): void {
  for (const [number, { bytes, report }] of findings.entries()) {
    const name = join(FINDINGS, `${seed}-${number}`);
    writeFileSync(name + ending, bytes);
    writeFileSync(`${name}.txt`, report);
  }
}

it('hostile files', async () => {
  const tried: Record<string, number> = {};
  for (const format of FORMAT_NAMES) {
    expect(await answers(format)).toEqual(expectedAnswers(format));
    tried[format] = filesOf(format);
  }
  writeFigures(tried);
});

it('readers', () => {
  const { tried, kept, findings } = fuzzWalkers(walkerSeeds(), { seed, until: until() });
  keep(findings, '.bin');
  writeFigures({ seconds, seed, tried, kept, findings: findings.length });
  expect(findings.map((finding) => `${finding.reader}: ${finding.report}`)).toEqual([]);
});

it.runIf(FUZZ_TRIAL !== undefined)('gate and engine', async () => {
  const trial = new Trial(FUZZ_TRIAL ?? '');
  const { tried, accepted, kept, findings } = await fuzzIndexes(indexSeeds(), trial, { seed, until: until() });
  trial.close();
  keep(findings, '.index');
  writeFigures({ seconds, seed, tried, accepted, kept, findings: findings.length });
  expect(findings.map(({ what, report: said }) => `${what}: ${said}`)).toEqual([]);
});
