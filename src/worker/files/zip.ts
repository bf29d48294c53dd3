import type { FileHandle } from 'node:fs/promises';
import { type Entry, fromFdPromise } from 'yauzl';

/** A ZIP's list of contents is looked at up to here: an archive of more is none that people share voices in. */
const MOST_ENTRIES = 100_000;

/**
 * The bytes of one file inside a ZIP; null when there is none that `wanted` takes.
 *
 * @param most Longer ones are refused; what an entry says of its own length is held against what comes out.
 * @throws Error of yauzl for a broken archive, RangeError for one that is too long
 */
export async function readZipEntry(
  handle: FileHandle,
  wanted: (name: string) => boolean,
  most: number,
): Promise<Uint8Array | null> {
  const zip = await fromFdPromise(handle.fd, { autoClose: false, lazyEntries: true });
  let seen = 0;
  for await (const entry of zip.eachEntry()) {
    if (wanted(entry.fileName)) {
      if (entry.uncompressedSize > most) throw new RangeError(`"${entry.fileName}" is longer than ${most} bytes.`);
      return readEntry(zip, entry);
    }
    if (++seen === MOST_ENTRIES) throw new RangeError('The archive holds too many files.');
  }
  return null;
}

async function readEntry(zip: Awaited<ReturnType<typeof fromFdPromise>>, entry: Entry): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
