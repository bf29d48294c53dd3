import { readFile, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { BuildRecord } from '@shared/contract/record';

const LARGEST = 1 << 20;

/** Where it is kept how an index was made: beside it. Hosts look for names that end in `.index`. */
export function recordPath(index: string): string {
  return `${index}.json`;
}

/** How an index was made, when that was kept beside it and can be understood. */
export async function readRecord(index: string): Promise<BuildRecord | null> {
  const path = recordPath(index);
  try {
    if ((await stat(path)).size > LARGEST) return null;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), BuildRecord), await readFile(path, 'utf8'));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
