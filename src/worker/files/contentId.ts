import { createHash } from 'node:crypto';
import { throwIfCancelled } from '../context';
import { readRange, withFile } from './randomAccess';

const PIECE_BYTES = 1 << 14;
/** What an index says of itself before its vectors: the number of groups searched among it, which a repair changes. */
const HEAD_BYTES = 256;

/**
 * Names what is in an index file, so that it is known again under another name, in another folder, and with another number
 * of groups searched: by its size, and pieces from its middle and its end. Reading it whole would take as long as copying a
 * library.
 *
 * @returns null when it cannot be read
 */
export async function contentId(path: string, signal: AbortSignal): Promise<string | null> {
  try {
    return await withFile(path, async (handle, identity) => {
      const size = Number(identity.size);
      const hash = createHash('sha256').update(String(size));
      for (const offset of [size / 2, size - PIECE_BYTES]) {
        throwIfCancelled(signal);
        hash.update(await readRange(handle, Math.max(HEAD_BYTES, Math.floor(offset)), PIECE_BYTES));
      }
      return hash.digest('hex').slice(0, 32);
    });
  } catch {
    // It is then known by its path alone, until it can be read.
    throwIfCancelled(signal);
    return null;
  }
}
