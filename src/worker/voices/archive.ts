import { createWriteStream } from 'node:fs';
import { mkdir, utimes } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { ArchiveReport, PackedFile, PackedKind, PackedModel } from '@shared/contract/archives';
import { toError, toFailure, VoronoiceError } from '@shared/contract/errors';
import { kindByBytes, kindByName } from '@shared/domain/archive/kinds';
import { numbered, placeIn } from '@shared/domain/archive/place';
import { archiveProblem, wanted } from '@shared/domain/archive/safety';
import { fitOf } from '@shared/domain/voice/fit';
import { dimensionInHead } from '@shared/formats/faiss/container';
import { LOOK_ALIKE_BYTES, lookAlike } from '@shared/formats/lookAlike';
import { throwIfCancelled } from '../context';
import { errnoOf, onFile } from '@shared/contract/systemErrors';
import { modelProblem } from './modelFiles';
import { MODEL_HEAD_BYTES, readModelHead } from '../files/modelFile';
import { withFile } from '../files/randomAccess';
import { listZip, onArchive, readZipHead, type ZipEntry } from '../files/zip';

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
    const listed = withFits(await glances(files, problem === null));
    const count = (kind: PackedKind): number => listed.filter(({ what }) => what === kind).length;
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

/** What is seen of a file without unpacking it. */
interface Glance extends PackedFile {
  /** Ms since 1970. */
  readonly modified: number;
  /** Of an index, numbers a vector has; null where that is not known. */
  readonly dimension: number | null;
}

/** @param mayOpen Nothing is taken out of an archive that is refused. */
async function glances(files: readonly ZipEntry[], mayOpen: boolean): Promise<readonly Glance[]> {
  const seen: Glance[] = [];
  let opened = 0;
  for (const file of files) {
    const { name, bytes, modified } = file;
    const named = kindByName(name);
    const isLookedAt = mayOpen && (named === 'model' || named === 'index') && opened < MOST_OPENED;
    if (isLookedAt) opened += 1;
    const inside = isLookedAt ? await lookInside(file, named) : { what: named, model: null, dimension: null };
    seen.push({ name: name.slice(0, 300), bytes, modified, ...inside });
  }
  return seen;
}

async function lookInside(file: ZipEntry, named: PackedKind): Promise<Pick<Glance, 'what' | 'model' | 'dimension'>> {
  const head = await readZipHead(file, named === 'model' ? MODEL_HEAD_BYTES : LOOK_ALIKE_BYTES);
  const what = kindByBytes(named, lookAlike(head.subarray(0, LOOK_ALIKE_BYTES)));
  return {
    what,
    model: what === 'model' ? { ...modelIn(head), fits: {} } : null,
    dimension: what === 'index' ? dimensionInHead(head) : null,
  };
}

function modelIn(head: Uint8Array): Pick<PackedModel, 'facts' | 'problem'> {
  try {
    const facts = readModelHead(head);
    return { facts, problem: facts && modelProblem(facts) };
  } catch (error) {
    return { facts: null, problem: toFailure(error) };
  }
}

/** Says of each model which of the indexes beside it fit. */
function withFits(seen: readonly Glance[]): readonly PackedFile[] {
  const indexes = seen.filter(({ what }) => what === 'index');
  return seen.map(({ name, what, bytes, modified, model }) => ({
    name,
    what,
    bytes,
    model: model && { ...model, fits: fitsOf({ ...model, modified }, indexes) },
  }));
}

function fitsOf(
  { facts, modified }: Pick<PackedModel, 'facts'> & Pick<Glance, 'modified'>,
  indexes: readonly Glance[],
): PackedModel['fits'] {
  if (facts?.what !== 'voice') return {};
  const fits = indexes.flatMap(({ name, dimension }) =>
    dimension === null
      ? []
      : [[name, fitOf({ ...facts, modified }, { dimension, embedder: null, outdated: null })] as const],
  );
  return Object.fromEntries(fits);
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
    const mode = ((await handle.stat()).mode & 0o644) | 0o200;
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
