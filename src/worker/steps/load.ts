import { basename, dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { NOTHING_LEFT_OUT, type Selection } from '@shared/contract/build';
import { VoronoiceError } from '@shared/contract/errors';
import type { SkippedFile } from '@shared/contract/voices';
import type { Source } from '@shared/jobs/fields';
import { parseIndexName } from '@shared/domain/hosts/names';
import { goesToDisk } from '@shared/domain/recipes/forecast';
import { objections } from '@shared/domain/verdict/problems';
import { speakersOf } from '@shared/domain/voice/speakers';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import { temporaryName } from '../files/atomic';
import { plannedPath } from '../files/paths';
import { locateVoice } from '../voices/recognize';
import { embedderOf, writtenEmbedder } from '../voices/training';
import { type FeatureFolder, fillFeatures, listFeatures, ofSpeaker, requireUsable } from '../features/features';
import { type StepContext, throwIfCancelled } from '../context';
import { storedBlocks } from '../measure/exact';
import { openIndex } from '../openIndex';
import { rowCopies } from '../rowCopies';

/** A stretch of rows that lay together: a file of features, or all vectors of an index. */
export interface Piece {
  /** Name of the file. */
  readonly name: string;
  /** Position among the sources. */
  readonly source: number;
  readonly rows: number;
  /** Whether its rows follow each other in time. */
  readonly recorded: boolean;
}

/** What is to be built of, before it is loaded. */
export interface Sources {
  readonly names: readonly string[];
  readonly dimension: number;
  readonly frames: number;
  readonly files: readonly SourceFile[];
  /** All files of features as if they were one folder; null when an index is among the sources. */
  readonly features: FeatureFolder | null;
  readonly skipped: readonly SkippedFile[];
  /** Voices whose files are of several speakers. */
  readonly speakers: readonly { readonly name: string; readonly speakers: readonly string[] }[];
  /** Indexes whose vectors were brought to one length. */
  readonly normalized: readonly string[];
}

type SourceFile =
  | { readonly type: 'features'; readonly folder: FeatureFolder }
  | { readonly type: 'index'; readonly path: string; readonly index: Index; readonly normalized: boolean };

/**
 * Looks at every source: a folder of features is listed, an index is opened. Voices that are merged must have the same
 * dimension and, as far as it is known, the same embedder: 768 numbers of two embedders mean different things.
 *
 * @param selection Files that will be left out may be of another dimension; of speakers that will be, they are not listed.
 * @throws what listing features and opening an index throw, `SOURCES_DIFFER`, `SELECTION_EMPTY`
 */
export async function openSources(
  sources: readonly Source[],
  { signal, engine, leftOut }: Pick<StepContext<never>, 'signal' | 'engine' | 'leftOut'>,
  { files: dropped, speaker }: Pick<Selection, 'files' | 'speaker'> = NOTHING_LEFT_OUT,
): Promise<Sources> {
  const opened: { file: SourceFile; name: string; dimension: number; embedder: string | null }[] = [];
  try {
    for (const { path } of sources) {
      if (/\.index$/i.test(path)) {
        const { index, facts, ids } = await openIndex(await engine(), path, signal);
        const name = parseIndexName(basename(path))?.name ?? basename(path).replace(/\.index$/i, '');
        const normalized = objections(facts, ids ?? {}).some(({ problem }) => problem.details['reason'] === 'scale');
        const embedder = await writtenEmbedder(dirname(path));
        opened.push({ file: { type: 'index', path, index, normalized }, name, dimension: facts.dimension, embedder });
      } else {
        const voice = await locateVoice(path);
        const leaving = { without: leftOut(voice.path), dropped: new Set(dropped) };
        const all = await listFeatures(voice.featuresPath, signal, leaving);
        requireUsable(all, leaving.dropped);
        const folder = ofSpeaker(all, speaker);
        const embedder = await embedderOf(voice);
        const dimension = folder.dimension ?? 0;
        opened.push({ file: { type: 'features', folder }, name: voice.name, dimension, embedder });
      }
    }
    requireAlike(opened);
  } catch (error) {
    for (const { file } of opened) if (file.type === 'index') file.index.close();
    throw error;
  }
  return sourcesOf(
    opened.map(({ name }) => name),
    opened.map(({ file }) => file),
    opened[0]?.dimension ?? 0,
  );
}

function sourcesOf(names: readonly string[], files: readonly SourceFile[], dimension: number): Sources {
  const folders = files.flatMap((file) => (file.type === 'features' ? [file.folder] : []));
  return {
    names,
    dimension,
    frames: files.reduce((sum, file) => sum + framesOf(file), 0),
    files,
    features: folders.length === files.length ? joined(folders) : null,
    skipped: folders.flatMap(({ skipped }) => skipped),
    speakers: files.flatMap((file, position) => {
      const speakers = file.type === 'features' ? speakersOf(file.folder.files.map(({ name }) => name)) : [];
      return speakers.length > 1 ? [{ name: names[position] ?? '', speakers }] : [];
    }),
    normalized: files.flatMap((file, position) =>
      file.type === 'index' && file.normalized ? [names[position] ?? ''] : [],
    ),
  };
}

function framesOf(file: SourceFile): number {
  return file.type === 'features' ? file.folder.frames : file.index.describe().ntotal;
}

/** One of several sources by itself. */
export function onlySource({ names, files, dimension }: Sources, position: number): Sources {
  return sourcesOf(names.slice(position, position + 1), files.slice(position, position + 1), dimension);
}

/** A folder of features, as the only source. */
export function featureSource(name: string, folder: FeatureFolder): Sources {
  return sourcesOf([name], [{ type: 'features', folder }], folder.dimension ?? 0);
}

/** Only these files of features, by position. */
export function chosenFiles(features: FeatureFolder, chosen: (position: number) => boolean): FeatureFolder {
  const files = features.files.filter((_, position) => chosen(position));
  return { ...features, files, frames: files.reduce((sum, { header }) => sum + header.rows, 0) };
}

/**
 * Every .npy file of a folder of features is material of the voice: nothing is written among them.
 *
 * @throws `OUT_AMONG_FEATURES`
 */
export async function requireOutside(folder: string, { files }: Sources): Promise<void> {
  const place = await plannedPath(folder);
  for (const file of files) {
    const [first] = file.type === 'features' ? file.folder.files : [];
    if (first === undefined || (await plannedPath(dirname(first.path))) !== place) continue;
    throw new VoronoiceError(
      'OUT_AMONG_FEATURES',
      `"${folder}" holds the features: the result would become one of them.`,
      {
        path: folder,
      },
    );
  }
}

/** Closes the indexes among the sources. */
/** A file of each source, which has the rights of all: who may not read it may not read what is made of it. */
export function oneOfEach({ files }: Pick<Sources, 'files'>): readonly string[] {
  return files.flatMap((file) => (file.type === 'index' ? [file.path] : file.folder.files.slice(0, 1).map(pathOf)));
}

const pathOf = ({ path }: { readonly path: string }): string => path;

export function closeSources({ files }: Sources): void {
  for (const file of files) if (file.type === 'index') file.index.close();
}

/** The frames of all sources, one after the other. */
export interface Material {
  /** frames x dimension; whoever loaded it closes it. */
  readonly matrix: Matrix;
  readonly pieces: readonly Piece[];
  /** Whether the matrix is in a scratch file, where arranging its rows takes time worth telling of. */
  readonly onDisk: boolean;
}

/** Where frames may lie: in memory or, above the limit, in a scratch file that vanishes with the matrix. */
export interface Room {
  readonly memoryLimit: number | null;
  /** A name beside which the scratch file may lie. */
  readonly scratch: string;
}

function roomFor(engine: Engine, rows: number, columns: number, { memoryLimit, scratch }: Room): Promise<Matrix> {
  return onEngine(
    async () =>
      goesToDisk(rows * columns * 4, memoryLimit)
        ? engine.Matrix.scratch(rows, columns, temporaryName(scratch))
        : new engine.Matrix(rows, columns),
    { path: dirname(scratch), purpose: 'write' },
  );
}

/** Loads every frame. */
export async function loadMaterial(
  engine: Engine,
  { files, frames, dimension }: Sources,
  room: Room,
  { signal, progress }: StepContext<'read'>,
): Promise<Material> {
  const matrix = await roomFor(engine, frames, dimension, room);
  const pieces: Piece[] = [];
  try {
    let at = 0;
    for (const [source, file] of files.entries()) {
      const report = (rows: number): void => progress('read', at + rows, frames);
      switch (file.type) {
        case 'features':
          await fillFeatures(matrix, at, file.folder, signal, report);
          for (const { name, header } of file.folder.files) {
            pieces.push({ name, source, rows: header.rows, recorded: true });
          }
          at += file.folder.frames;
          break;
        case 'index': {
          const { ntotal } = file.index.describe();
          await fillFromIndex(matrix, at, file.index, signal, report);
          file.index.close();
          pieces.push({ name: basename(file.path), source, rows: ntotal, recorded: false });
          at += ntotal;
          break;
        }
      }
    }
    return { matrix, pieces, onDisk: goesToDisk(matrix.byteLength, room.memoryLimit) };
  } catch (error) {
    matrix.close();
    throw error;
  }
}

const COPIED_ROWS = 16_384;

/** A copy of the first rows; the caller closes it. */
export async function copyRows(
  engine: Engine,
  frames: Matrix,
  rows: number,
  room: Room,
  signal: AbortSignal,
): Promise<Matrix> {
  const copy = await roomFor(engine, rows, frames.columns, room);
  try {
    for (const { first, cells } of rowCopies(frames, rows, COPIED_ROWS)) {
      throwIfCancelled(signal);
      copy.set(first, cells);
      await setImmediate();
    }
    return copy;
  } catch (error) {
    copy.close();
    throw error;
  }
}

async function fillFromIndex(
  matrix: Matrix,
  at: number,
  index: Index,
  signal: AbortSignal,
  onRows: (rows: number) => void,
): Promise<void> {
  for await (const block of storedBlocks(index, signal)) {
    try {
      matrix.set(at + block.first, block.matrix.toFloat32Array());
      onRows(block.first + block.matrix.rows);
    } finally {
      block.matrix.close();
    }
  }
}

function joined(folders: readonly FeatureFolder[]): FeatureFolder {
  const [first, ...others] = folders;
  if (first === undefined) throw new Error('There is at least one source.');
  return others.reduce(
    (sum, folder) => ({
      ...sum,
      files: [...sum.files, ...folder.files],
      skipped: [...sum.skipped, ...folder.skipped],
      frames: sum.frames + folder.frames,
      modified: Math.max(sum.modified ?? 0, folder.modified ?? 0),
    }),
    first,
  );
}

function requireAlike(
  opened: readonly { readonly name: string; readonly dimension: number; readonly embedder: string | null }[],
): void {
  const [first, ...others] = opened;
  if (first === undefined) return;
  for (const other of others) {
    if (other.dimension !== first.dimension) {
      throw new VoronoiceError(
        'SOURCES_DIFFER',
        `"${first.name}" has ${first.dimension} numbers a frame, "${other.name}" has ${other.dimension}.`,
        { what: 'dimension', first: first.name, second: other.name, one: first.dimension, other: other.dimension },
      );
    }
  }
  const known = opened.filter(({ embedder }) => embedder !== null);
  const [one] = known;
  const different = known.find(({ embedder }) => embedder !== one?.embedder);
  if (one === undefined || different === undefined) return;
  throw new VoronoiceError(
    'SOURCES_DIFFER',
    `The features of "${one.name}" are made by ${one.embedder ?? ''}, those of "${different.name}" by ${different.embedder ?? ''}.`,
    { what: 'embedder', first: one.name, second: different.name, one: one.embedder, other: different.embedder },
  );
}

/**
 * Brings the frames into another order: row i becomes what was row `order[i]`.
 *
 * @throws `DISK_FULL` where a scratch file has no room for a second one, `JOB_CANCELLED`
 */
export async function rearrange(
  { matrix, onDisk }: Pick<Material, 'matrix' | 'onDisk'>,
  order: Int32Array,
  { signal, progress }: Pick<StepContext<'arrange'>, 'signal' | 'progress'>,
): Promise<void> {
  const onProgress = (done: number, total: number): void => {
    if (onDisk) progress('arrange', done, total);
  };
  await onEngine(() => matrix.permute(order, { signal, onProgress }));
}

/**
 * Leaves rows out for good; the others keep their order.
 *
 * @param dropped Rows that go.
 */
export async function keepOnly(
  material: Pick<Material, 'matrix' | 'onDisk'>,
  dropped: ReadonlySet<number>,
  context: Pick<StepContext<'arrange'>, 'signal' | 'progress'>,
): Promise<void> {
  if (dropped.size === 0) return;
  const { matrix } = material;
  const order = new Int32Array(matrix.rows);
  let kept = 0;
  for (let row = 0; row < matrix.rows; row++) if (!dropped.has(row)) order[kept++] = row;
  const rows = kept;
  for (const row of dropped) order[kept++] = row;
  await rearrange(material, order, context);
  matrix.truncate(rows);
}
