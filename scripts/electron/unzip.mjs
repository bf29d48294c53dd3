import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { openPromise } from 'yauzl';

// What a Unix program notes of a file (stat's st_mode), in the upper half of the external attributes.
const FILE_TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const EXECUTE_BITS = 0o111;

/**
 * Extracts some of a zip archive's files with their execute bit. Names that lead outside `folder` are refused, links
 * too.
 *
 * @param {string} archive
 * @param {string} folder
 * @param {(name: string) => string | null} target The path inside `folder` for an entry's name; null skips it.
 * @returns {Promise<void>}
 * @throws {Error} Where the archive is damaged, or would write elsewhere.
 */
export async function extractZip(archive, folder, target) {
  const zip = await openPromise(archive, { strictFileNames: true });
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.endsWith('/') ? null : target(entry.fileName);
    if (name === null) continue;
    const mode = entry.externalFileAttributes >>> 16;
    const type = mode & FILE_TYPE_MASK;
    if (type !== 0 && type !== REGULAR_FILE) throw new Error(`${entry.fileName} is not a regular file`);
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await pipeline(
      await zip.openReadStreamPromise(entry),
      checkCrc(entry),
      createWriteStream(path, { mode: mode & EXECUTE_BITS ? 0o755 : 0o644 }),
    );
  }
}

/**
 * Passes an entry's bytes on and fails at their end where they are not those that were packed, which yauzl leaves to us.
 *
 * @param {import('yauzl').Entry} entry
 */
function checkCrc(entry) {
  let crc = 0;
  return new Transform({
    transform(/** @type {Buffer} */ chunk, _encoding, done) {
      crc = crc32(chunk, crc);
      done(null, chunk);
    },
    flush: (done) => done(crc === entry.crc32 ? null : new Error(`${entry.fileName} is damaged`)),
  });
}
