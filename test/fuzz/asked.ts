import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FINDINGS } from './seeds';

/** `npm test` tries the same files each time, so that what it finds is found again; `npm run reliability` others, for longer. */
const { FUZZ_SECONDS, FUZZ_SEED = '1' } = process.env;

export const seed = Number(FUZZ_SEED);

/** @param inTests What `npm test` has for it. */
export function secondsAsked(inTests: number): number {
  return Number(FUZZ_SECONDS ?? inTests);
}

/** Whether so much time is over from now on. */
export function timeIsOver(seconds: number): () => boolean {
  const end = performance.now() + seconds * 1_000;
  return () => performance.now() > end;
}

interface Found {
  readonly bytes: Uint8Array;
  readonly report: string;
}

/** Keeps what was found for the next time, with what was said of it. */
export function keep(findings: readonly Found[], ending: string): void {
  for (const [number, { bytes, report }] of findings.entries()) {
    const name = join(FINDINGS, `${seed}-${number}`);
    writeFileSync(name + ending, bytes);
    writeFileSync(`${name}.txt`, report);
  }
}
