import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexSpecimens } from '../hostile/index';
import { npySpecimens } from '../hostile/npy';
import { pthSpecimens } from '../hostile/pth';
import { wavSpecimens } from '../hostile/wav';

/** Larger ones are mostly numbers of which one is like another. */
const MOST_BYTES = 1 << 15;

/** What the fuzzers found stays, and is tried first. */
export const FINDINGS = 'test/fuzz/findings';

/** Indexes as FAISS wrote them, such as it would not write, and what was found before. */
export function indexSeeds(): readonly Uint8Array[] {
  return [...filesIn(FINDINGS, '.index'), ...filesIn('test/fixtures/indexes', '.index'), ...built(indexSpecimens())];
}

/** Files of every other format that is read. */
export function walkerSeeds(): readonly Uint8Array[] {
  const specimens = [npySpecimens(), wavSpecimens(), pthSpecimens()].flatMap(built);
  return [...filesIn(FINDINGS, '.bin'), ...filesIn('test/fixtures/recordings', ''), ...specimens];
}

function built(specimens: ReturnType<typeof indexSpecimens>): readonly Uint8Array[] {
  return Object.values(specimens).flatMap(({ bytes }) => (bytes.length <= MOST_BYTES ? [bytes] : []));
}

function filesIn(folder: string, ending: string): readonly Uint8Array[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => new Uint8Array(readFileSync(join(folder, name))).subarray(0, MOST_BYTES));
}
