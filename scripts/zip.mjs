import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';

// PKWARE APPNOTE.TXT: 4.3.16 end of central directory, 4.3.12 central directory header, 4.3.7 local file header.
const END_SIGNATURE = 0x06054b50;
const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_SIZE = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_SIZE = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;
const REGULAR_FILE = 0o100000;
const FILE_TYPE_MASK = 0o170000;

/**
 * @typedef {object} ZipEntry
 * @property {string} name With `/`; ends in `/` for a folder.
 * @property {number} mode Unix mode, 0 where the archive has none.
 * @property {number} method 0 stored, 8 deflated.
 * @property {number} crc
 * @property {number} compressedSize
 * @property {number} size
 * @property {number} offset Of the local header.
 */

/**
 * Reads the central directory of a zip archive (no zip64, one part, not encrypted).
 *
 * @param {string} path
 * @returns {Promise<ZipEntry[]>}
 * @throws {Error} Where it is not such an archive.
 */
export async function listZip(path) {
  const file = await open(path);
  try {
    const { size: fileSize } = await file.stat();
    const tail = await readExactly(file, Math.max(0, fileSize - END_SIZE - LONGEST_COMMENT), fileSize);
    const end = findEnd(tail);
    const count = tail.readUInt16LE(end + 10);
    const directorySize = tail.readUInt32LE(end + 12);
    const directoryOffset = tail.readUInt32LE(end + 16);
    if (count === 0xffff || directoryOffset === 0xffffffff) throw new Error('zip: zip64 archives are not supported');
    const directory = await readExactly(file, directoryOffset, directoryOffset + directorySize);
    return parseDirectory(directory, count);
  } finally {
    await file.close();
  }
}

/**
 * Extracts some of a zip archive, checking each file's CRC. Only regular files are written, never above `folder`.
 *
 * @param {string} path The archive.
 * @param {string} folder Where to.
 * @param {(name: string) => string | null} target The path inside `folder` for an entry's name; null skips it.
 * @throws {Error} Where the archive is damaged, or would write elsewhere.
 */
export async function extractZip(path, folder, target) {
  const file = await open(path);
  try {
    for (const entry of await listZip(path)) {
      const name = entry.name.endsWith('/') ? null : target(entry.name);
      if (name === null) continue;
      const type = entry.mode & FILE_TYPE_MASK;
      if (type !== 0 && type !== REGULAR_FILE) throw new Error(`zip: ${entry.name} is not a regular file`);
      if (name.split(/[\\/]/).includes('..') || /^([\\/]|\w:)/.test(name)) {
        throw new Error(`zip: ${entry.name} would be written outside the folder`);
      }
      const local = await readExactly(file, entry.offset, entry.offset + LOCAL_SIZE);
      if (local.readUInt32LE(0) !== LOCAL_SIGNATURE) throw new Error(`zip: ${entry.name} has no local header`);
      const start = entry.offset + LOCAL_SIZE + local.readUInt16LE(26) + local.readUInt16LE(28);
      await extractEntry(path, entry, start, join(folder, name));
    }
  } finally {
    await file.close();
  }
}

/**
 * @param {Buffer} tail The archive's last bytes.
 * @returns {number} Where its end record starts.
 */
function findEnd(tail) {
  for (let at = tail.length - END_SIZE; at >= 0; at--) {
    const reachesTheEnd = () => at + END_SIZE + tail.readUInt16LE(at + 20) === tail.length;
    if (tail.readUInt32LE(at) === END_SIGNATURE && reachesTheEnd()) return at;
  }
  throw new Error('zip: no end record, not a zip archive or cut off');
}

/**
 * @param {Buffer} directory
 * @param {number} count
 * @returns {ZipEntry[]}
 */
function parseDirectory(directory, count) {
  /** @type {ZipEntry[]} */
  const entries = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_SIZE > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      throw new Error('zip: the directory is damaged');
    }
    const nameLength = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength);
    if (directory.readUInt16LE(at + 8) & ENCRYPTED_FLAG) throw new Error(`zip: ${name} is encrypted`);
    entries.push({
      name,
      mode: directory.readUInt32LE(at + 38) >>> 16,
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += ENTRY_SIZE + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * @param {string} path
 * @param {ZipEntry} entry
 * @param {number} start Of its data.
 * @param {string} target
 */
async function extractEntry(path, entry, start, target) {
  await mkdir(dirname(target), { recursive: true });
  let crc = 0;
  let size = 0;
  const check = new Transform({
    transform(/** @type {Buffer} */ chunk, _encoding, done) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      done(size > entry.size ? new Error(`zip: ${entry.name} is longer than it says`) : null, chunk);
    },
  });
  const output = createWriteStream(target, { mode: entry.mode & 0o111 ? 0o755 : 0o644 });
  if (entry.compressedSize === 0) {
    await pipeline(check.end(), output);
  } else {
    const input = createReadStream(path, { start, end: start + entry.compressedSize - 1 });
    if (entry.method === DEFLATED) await pipeline(input, createInflateRaw(), check, output);
    else if (entry.method === STORED) await pipeline(input, check, output);
    else throw new Error(`zip: ${entry.name} is compressed by method ${entry.method}, which is not supported`);
  }
  if (size !== entry.size || crc !== entry.crc) throw new Error(`zip: ${entry.name} is damaged`);
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {number} start
 * @param {number} end Exclusive.
 * @returns {Promise<Buffer>}
 */
async function readExactly(file, start, end) {
  const buffer = Buffer.alloc(end - start);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
  if (bytesRead !== buffer.length) throw new Error('zip: the archive is cut off');
  return buffer;
}
