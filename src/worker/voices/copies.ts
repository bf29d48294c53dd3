import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { IndexFile } from '@shared/contract/voices';
import { hasCopyMark } from '@shared/domain/hosts/names';
import { throwIfCancelled } from '../context';
import { readRange, withFile } from '../files/randomAccess';

const PIECE_BYTES = 1 << 20;

/**
 * Says of the indexes of a voice which are the same to the bit: one file under two names, and what file managers made as
 * a second copy. Only files whose names say that they are copies are read whole.
 *
 * @returns the same indexes, in the same order
 */
export async function nameCopies(indexes: readonly IndexFile[], signal: AbortSignal): Promise<readonly IndexFile[]> {
  const isMarked = ({ path, name }: IndexFile): boolean => hasCopyMark(name, basename(dirname(path)));
  const originals = indexes
    .filter(({ facts }) => facts !== null)
    .sort((a, b) => Number(isMarked(a)) - Number(isMarked(b)));
  const named: IndexFile[] = [];
  for (const index of indexes) {
    const before = originals.slice(0, Math.max(0, originals.indexOf(index)));
    let copyOf: string | null = null;
    for (const original of before) {
      if (
        copyOf === null &&
        isAlike(original, index) &&
        (await isSame(original.path, index.path, isMarked(index), signal))
      )
        copyOf = original.name;
    }
    named.push(copyOf === null ? index : { ...index, copyOf });
  }
  return named;
}

function isAlike(one: IndexFile, other: IndexFile): boolean {
  return one.bytes === other.bytes && JSON.stringify(one.facts) === JSON.stringify(other.facts);
}

/** @param read Whether their contents are compared where they are two files. */
async function isSame(one: string, other: string, read: boolean, signal: AbortSignal): Promise<boolean> {
  try {
    const [first, second] = await Promise.all([one, other].map((path) => stat(path, { bigint: true })));
    if (first?.dev === second?.dev && first?.ino === second?.ino) return true;
    return read && (await hasSameBytes(one, other, signal));
  } catch {
    // What went away meanwhile is nobody's copy.
    throwIfCancelled(signal);
    return false;
  }
}

function hasSameBytes(one: string, other: string, signal: AbortSignal): Promise<boolean> {
  return withFile(one, (first) =>
    withFile(other, async (second) => {
      for (let at = 0; ; at += PIECE_BYTES) {
        throwIfCancelled(signal);
        const [left, right] = await Promise.all([first, second].map((file) => readRange(file, at, PIECE_BYTES)));
        if (left === undefined || right === undefined || Buffer.compare(left, right) !== 0) return false;
        if (left.length < PIECE_BYTES) return true;
      }
    }),
  );
}
