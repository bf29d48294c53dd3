import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { toError, VoronoiceError } from '@shared/contract/errors';
import { ARCHIVE_LIMITS, type Packed, tooMany } from '@shared/domain/archive/safety';
import { type Entry, fromFdPromise, getFileNameLowLevel } from 'yauzl';
import { isSystemError } from '@shared/contract/systemErrors';
import { readNames } from './zipNames';

/** A file or folder in a ZIP. */
export interface ZipEntry extends Packed {
  readonly crc32: number;
  /** Ms since 1970. */
  readonly modified: number;
  /** Its bytes as they were before packing; never more than it says. */
  readonly open: () => Promise<Readable>;
}

/** Names are read here, all of an archive together. */
const OPTIONS = { autoClose: false, lazyEntries: true, decodeStrings: false } as const;

/** Folders count, too: a list without end must not be kept. */
const MOST_LISTED = 2 * ARCHIVE_LIMITS.entries;

/** Names by themselves, in UTF-8 whatever the flags say (Info-ZIP). */
const UNICODE_NAME = 0x7075;
const UTF8_FLAG = 1 << 11;

/** What a Unix program notes of a file (stat's st_mode), in the upper half of the external attributes. */
const FILE_TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const FOLDER = 0o040000;
/** Of the systems that an archive may be made on, those that note it (APPNOTE.TXT 4.4.2). */
const UNIX_LIKE = [3, 19];

/**
 * What a ZIP holds, by its list of contents. Nothing is unpacked yet.
 *
 * @throws `ARCHIVE_CORRUPT`, `ARCHIVE_TOO_LARGE` for more entries than are listed
 */
export async function listZip(handle: FileHandle): Promise<readonly ZipEntry[]> {
  return onArchive(async () => {
    const zip = await fromFdPromise(handle.fd, OPTIONS);
    const found: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      found.push(entry);
      if (found.length > MOST_LISTED) throw toError(tooMany());
    }
    const names = readNames(found.map((entry) => ({ bytes: entry.fileNameRaw, text: writtenName(entry) })));
    return found.map((entry, place) => ({
      name: names[place] ?? '',
      bytes: entry.uncompressedSize,
      crc32: entry.crc32,
      modified: entry.getLastModDate().getTime(),
      isLink: isLink(entry),
      isEncrypted: entry.isEncrypted(),
      isReadable: entry.canDecodeFileData() || entry.isEncrypted(),
      open: () => onArchive(() => zip.openReadStreamPromise(entry)),
    }));
  });
}

/** Null where the archive does not say how the name is written. */
function writtenName({ generalPurposeBitFlag: flags, fileNameRaw, extraFields }: Entry): string | null {
  const isWritten = (flags & UTF8_FLAG) !== 0 || extraFields.some(({ id }) => id === UNICODE_NAME);
  return isWritten ? getFileNameLowLevel(flags, fileNameRaw, extraFields, false) : null;
}

function isLink({ externalFileAttributes, versionMadeBy }: Entry): boolean {
  if (!UNIX_LIKE.includes(versionMadeBy >>> 8)) return false;
  const type = (externalFileAttributes >>> 16) & FILE_TYPE_MASK;
  return type !== 0 && type !== REGULAR_FILE && type !== FOLDER;
}

/** Runs `action`; what the archive itself is to blame for becomes `ARCHIVE_CORRUPT`. */
export async function onArchive<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof VoronoiceError || isSystemError(error)) throw error;
    throw new VoronoiceError('ARCHIVE_CORRUPT', error instanceof Error ? error.message : String(error), {});
  }
}

/**
 * The bytes of one file inside a ZIP; null when there is none that `wanted` takes.
 *
 * @param most Longer ones are refused; what an entry says of its own length is held against what comes out.
 * @throws `ARCHIVE_CORRUPT`, `ARCHIVE_TOO_LARGE`
 */
export async function readZipEntry(
  handle: FileHandle,
  wanted: (name: string) => boolean,
  most: number,
): Promise<Uint8Array | null> {
  return onArchive(async () => {
    const zip = await fromFdPromise(handle.fd, OPTIONS);
    let seen = 0;
    // What is looked for comes first in PyTorch's files: the list is not read to its end, which takes a hundred times as long.
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileNameRaw.toString();
      if (wanted(name)) {
        if (entry.uncompressedSize <= most) return readAll(await zip.openReadStreamPromise(entry));
        throw new VoronoiceError('ARCHIVE_TOO_LARGE', `"${name}" is longer than ${most} bytes.`, {});
      }
      if (++seen > MOST_LISTED) throw toError(tooMany());
    }
    return null;
  });
}

async function readAll(stream: Readable): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** The first bytes of an entry, as many as there are. */
export async function readZipHead({ open }: ZipEntry, length: number): Promise<Uint8Array> {
  return onArchive(async () => {
    const stream = await open();
    const pieces: Buffer[] = [];
    let taken = 0;
    for await (const piece of stream) {
      pieces.push(piece as Buffer);
      taken += (piece as Buffer).length;
      if (taken >= length) break;
    }
    return Buffer.concat(pieces).subarray(0, length);
  });
}
