import { createWriteStream } from 'node:fs';
import { mkdir, utimes } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { ArchiveReport, PackedKind } from '@shared/contract/archives';
import { toError, VoronoiceError } from '@shared/contract/errors';
import { kindByBytes, kindByName } from '@shared/domain/archive/kinds';
import { numbered, placeIn } from '@shared/domain/archive/place';
import { archiveProblem, wanted } from '@shared/domain/archive/safety';
import { LOOK_ALIKE_BYTES, lookAlike } from '@shared/formats/lookAlike';
import { throwIfCancelled } from '../context';
import { errnoOf, onFile } from '@shared/contract/systemErrors';
import { withFile } from './randomAccess';
import { listZip, onArchive, readZipHead, type ZipEntry } from './zip';

const MOST_LISTED = 100;
/** Models and indexes whose first bytes are looked at: more are no voice of one person's. */
const MOST_OPENED = 20;

/**
 * What is in an archive, and why it would not be unpacked.
 *
 * @throws `ARCHIVE_CORRUPT`, `ARCHIVE_TOO_LARGE`, `FILE_…`
 */
export function describeArchive(path: string): Promise<ArchiveReport> {
  return withFile(path, async (handle, { size }) => {
    const entries = await listZip(handle);
    const problem = archiveProblem(entries, Number(size));
    const files = wanted(entries);
    const kinds = await kindsOf(files, problem === null);
    const count = (kind: PackedKind): number => kinds.filter((other) => other === kind).length;
    const listed = files.map(({ name, bytes }, place) => ({
      name: name.slice(0, 300),
      what: kinds[place] ?? 'other',
      bytes,
    }));
    return {
      type: 'archive',
      format: 'zip',
      bytes: Number(size),
      unpacked: files.reduce((sum, { bytes }) => sum + bytes, 0),
      files: files.length,
      kinds: {
        model: count('model'),
        index: count('index'),
        features: count('features'),
        sound: count('sound'),
        archive: count('archive'),
        other: count('other'),
      },
      entries: listed.toSorted((a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what)).slice(0, MOST_LISTED),
      problems: problem === null ? [] : [problem],
    };
  });
}

const ORDER: readonly PackedKind[] = ['model', 'index', 'features', 'archive', 'sound', 'other'];

/** @param mayOpen Nothing is taken out of an archive that is refused. */
async function kindsOf(files: readonly ZipEntry[], mayOpen: boolean): Promise<readonly PackedKind[]> {
  const kinds: PackedKind[] = [];
  let opened = 0;
  for (const file of files) {
    const named = kindByName(file.name);
    const isLookedAt = mayOpen && (named === 'model' || named === 'index') && opened < MOST_OPENED;
    if (isLookedAt) opened += 1;
    kinds.push(isLookedAt ? kindByBytes(named, lookAlike(await readZipHead(file, LOOK_ALIKE_BYTES))) : named);
  }
  return kinds;
}

export interface Unpacking {
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
}

/**
 * Unpacks an archive into a folder that is empty and stays nobody else's meanwhile. Nothing is written outside it.
 *
 * @param prepare is told the bytes that are about to be written
 * @throws `ARCHIVE_…` before anything is written or for what turns out to be damaged, `DISK_FULL`, `JOB_CANCELLED`
 */
export function unpackArchive(
  path: string,
  into: (bytes: number, write: (folder: string) => Promise<void>) => Promise<void>,
  unpacking: Unpacking,
): Promise<{ readonly files: number; readonly bytes: number }> {
  return withFile(path, async (handle, { size }) => {
    const entries = await listZip(handle);
    const problem = archiveProblem(entries, Number(size));
    if (problem !== null) throw toError({ ...problem, details: { ...problem.details, path } });
    const files = wanted(entries);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    // Nobody who may not read the archive may read what was in it.
    const mode = (await handle.stat()).mode & 0o644;
    await into(bytes, (folder) => writeAll(files, folder, bytes, { ...unpacking, mode }));
    return { files: files.length, bytes };
  });
}

interface Writing extends Unpacking {
  readonly mode: number;
}

async function writeAll(
  files: readonly ZipEntry[],
  folder: string,
  total: number,
  { signal, progress, mode }: Writing,
): Promise<void> {
  await mkdir(folder);
  let done = 0;
  const count = (bytes: number): void => {
    done += bytes;
    progress(done, total);
  };
  for (const file of files) {
    throwIfCancelled(signal);
    await writeOne(file, join(folder, ...placeIn(file.name)), folder, { signal, count, mode });
  }
}

interface Entering extends Pick<Writing, 'signal' | 'mode'> {
  readonly count: (bytes: number) => void;
}

/** Names that a system takes for one: `A.index` and `a.index`, or two entries of one name. */
const MOST_NAMESAKES = 100;

async function writeOne(file: ZipEntry, target: string, folder: string, unpacking: Entering): Promise<void> {
  if (!target.startsWith(folder + sep)) throw new Error(`"${target}" is not in "${folder}".`);
  await onFile(target, 'write', () => mkdir(dirname(target), { recursive: true }));
  for (let number = 1; number <= MOST_NAMESAKES; number++) {
    const path = number === 1 ? target : numbered(target, number);
    try {
      await writeEntry(file, path, unpacking);
      await utimes(path, new Date(), new Date(file.modified));
      return;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
  }
  throw new VoronoiceError('ARCHIVE_CORRUPT', `"${file.name}" is in it too often.`, { name: file.name });
}

function writeEntry(file: ZipEntry, path: string, { signal, count, mode }: Entering): Promise<void> {
  return onArchive(async () => {
    const source = await file.open();
    // Nothing may be waited for between this and the pipeline, which hears of its failure.
    const target = createWriteStream(path, { flags: 'wx', mode, flush: true });
    await pipeline(source, checked(file, count), target, { signal }).catch((error: unknown) => {
      throwIfCancelled(signal);
      throw error;
    });
  });
}

/** Passes an entry's bytes on and fails at their end where they are not those that were packed, which yauzl leaves to us. */
function checked({ name, crc32: wantedSum }: ZipEntry, count: (bytes: number) => void): Transform {
  let sum = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      sum = crc32(piece, sum);
      count(piece.length);
      done(null, piece);
    },
    flush: (done) =>
      done(sum === wantedSum ? null : new VoronoiceError('ARCHIVE_CORRUPT', `"${name}" is damaged.`, { name })),
  });
}
