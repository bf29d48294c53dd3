import * as v from 'valibot';
import { BuildRecord } from '@shared/contract/record';
import { readSmallFile } from './randomAccess';

const LARGEST = 1 << 20;

/** Where it is kept how an index was made: beside it. Hosts look for names that end in `.index`. */
export function recordPath(index: string): string {
  return `${index}.json`;
}

/** How an index was made, when that was kept beside it and can be understood. */
export async function readRecord(index: string): Promise<BuildRecord | null> {
  try {
    const text = (await readSmallFile(recordPath(index), LARGEST)).toString('utf8');
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), BuildRecord), text);
    return parsed.success ? parsed.output : null;
  } catch {
    // An index without a record is looked at like one that was made elsewhere.
    return null;
  }
}
