import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ErrorCode, toError, toFailure, VoronoiceError } from '@shared/contract/errors';
import { type Problem, timeOf, type Version } from '@shared/contract/primitives';
import type { SkippedFile } from '@shared/contract/voices';
import { versionOf } from '@shared/domain/rvc';
import { takesFile } from '@shared/domain/voice/speakers';
import { NPY_HEADER_BYTES, type NpyHeader, parseNpyHeader } from '@shared/formats/npy';
import { engineError, type Matrix } from '../engine';
import { throwIfCancelled } from '../context';
import { errnoOf, onFile, toFileError } from '@shared/contract/systemErrors';
import { type FileState, readRange, requireUnchanged, withOpenFile } from '../files/randomAccess';

/** One .npy file that can be used. */
export interface FeatureFile extends FileState {
  readonly name: string;
  readonly path: string;
  readonly header: NpyHeader;
}

/** What a folder of features holds. */
export interface FeatureFolder {
  readonly path: string;
  /** In the order in which RVC reads them. */
  readonly files: readonly FeatureFile[];
  readonly skipped: readonly SkippedFile[];
  readonly frames: number;
  /** Of all files in use; null when there is none, or none that agree. */
  readonly dimension: number | null;
  /** The newest file in use. */
  readonly modified: number | null;
  /** Names of files that do not fit the others, where that keeps the folder from being used. */
  readonly odd: readonly string[];
  /** What keeps the folder from being used at all. */
  readonly problem: Problem | null;
}

/** Files of a folder that are not used, though they may be fine. */
export interface Leaving {
  readonly without?: ReadonlySet<string>;
  readonly dropped?: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

const LEFT_OUT = refusal('FEATURES_LEFT_OUT', 'This file was left out of the voice.');

/** Files opened at the same time: enough to hide the wait for a slow disk, few enough for any limit. */
const OPEN_AT_ONCE = 8;

/** What training itself leaves in a folder of features is no stray file. */
const OWN_PRODUCTS = /^total_fea\.npy$|\.index$|\.tmp$/i;

/**
 * Looks at every file of a folder, by header only: which can be used, which are left out and why. One file by itself is
 * a folder of that file.
 *
 * @param without Names of files that a person has left out of the voice: they are not looked into, and said to be left out.
 * @param dropped Names of files that will be left out: of another dimension than the rest, they are as if not there.
 * @throws `FILE_NOT_FOUND`, `FILE_UNREADABLE` for the folder itself, `JOB_CANCELLED`
 */
export async function listFeatures(
  path: string,
  signal: AbortSignal,
  { without = NONE, dropped = NONE }: Leaving = {},
): Promise<FeatureFolder> {
  const isFile = (await onFile(path, 'read', () => stat(path))).isFile();
  const folder = isFile ? dirname(path) : path;
  const names = isFile
    ? [basename(path)]
    : (await onFile(path, 'read', () => readdir(path)))
        .filter((name) => !OWN_PRODUCTS.test(name) && !isSystemFile(name))
        .sort(byCodePoint);
  const looked = await mapInOrder(names, OPEN_AT_ONCE, async (name) => {
    throwIfCancelled(signal);
    return without.has(name) ? LEFT_OUT : look(join(folder, name));
  });
  const skipped: SkippedFile[] = [];
  const readable: FeatureFile[] = [];
  for (const [position, result] of looked.entries()) {
    if ('header' in result) readable.push(result);
    else skipped.push({ name: names[position] ?? '', problem: result });
  }
  const [dimension] = readable.filter(({ name }) => !dropped.has(name)).map(({ header }) => header.columns);
  const wanted = readable.filter(({ name, header }) => !dropped.has(name) || header.columns === dimension);
  return summarize(path, wanted, skipped);
}

/** Frames of one file of features by its header; null when it cannot be used. */
export async function featureRows(path: string): Promise<number | null> {
  const found = await look(path);
  return 'header' in found ? found.header.rows : null;
}

/**
 * Only the files of one of several speakers (domain/voice/speakers.ts); all where none is chosen.
 *
 * @throws `SELECTION_EMPTY`
 */
export function ofSpeaker(folder: FeatureFolder, speaker: string | undefined): FeatureFolder {
  if (speaker === undefined) return folder;
  const isTaken = takesFile({ files: [], speaker });
  const files = folder.files.filter(({ name }) => isTaken(name));
  if (files.length === 0) {
    const message = `None of the files in "${folder.path}" is of the speaker "${speaker}".`;
    throw new VoronoiceError('SELECTION_EMPTY', message, { frames: folder.frames });
  }
  return { ...folder, files, frames: files.reduce((sum, { header }) => sum + header.rows, 0) };
}

/** What the computer could not read now says nothing against the file. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['DISK_FAILED', 'TOO_MANY_FILES', 'FILE_BUSY', 'OUT_OF_MEMORY']);

/**
 * Fails with what speaks against a folder of features. A damaged file is left out, and that is said; of one that merely
 * could not be read now nobody would know why its frames are missing.
 *
 * @param dropped Names of files that will be left out.
 */
export function requireUsable({ problem, skipped }: FeatureFolder, dropped: ReadonlySet<string> = new Set()): void {
  const unread = skipped.find(({ name, problem: { code } }) => PASSING.has(code) && !dropped.has(name));
  if (unread !== undefined) throw toError(unread.problem);
  if (problem !== null) throw toError(problem);
}

/**
 * Reads all files of a folder into a matrix, one after the other, row by row as they are stored.
 *
 * @param at First row to fill; as many from there on as the files have are overwritten.
 * @param onRows Called with the rows of this folder read so far.
 * @throws `FILE_CHANGED` when a file is not the one that was listed, `FILE_NOT_FOUND`, `FOLDER_VANISHED`,
 *   `OUT_OF_MEMORY`, `JOB_CANCELLED`
 */
export async function fillFeatures(
  matrix: Matrix,
  at: number,
  folder: Pick<FeatureFolder, 'path' | 'files'>,
  signal: AbortSignal,
  onRows: (rows: number) => void = () => undefined,
): Promise<void> {
  let read = 0;
  for (const file of folder.files) {
    throwIfCancelled(signal);
    const { dataOffset: offset, rows, type, fortran } = file.header;
    try {
      await matrix.readRegion(file.path, { offset, rows, type, fortran, at: at + read });
      requireUnchanged(file.path, file, await onFile(file.path, 'read', () => stat(file.path)));
    } catch (error) {
      throw await explainLoss(folder.path, file, error);
    }
    read += rows;
    onRows(read);
  }
}

/** Why a file that was there a moment ago cannot be read. */
async function explainLoss(folder: string, file: FeatureFile, error: unknown): Promise<unknown> {
  const now = await stat(file.path).catch((reason: unknown) => reason);
  if (errnoOf(now) === 'ENOENT') {
    const folderGone = (await stat(folder).catch(() => null)) === null;
    return folderGone
      ? new VoronoiceError('FOLDER_VANISHED', `The folder "${folder}" disappeared while it was being read.`, {
          path: folder,
        })
      : new VoronoiceError('FILE_NOT_FOUND', `"${file.name}" disappeared while the folder was being read.`, {
          path: file.path,
        });
  }
  if (!(now instanceof Error)) {
    const { size, mtimeMs } = now as FileState;
    if (size !== file.size || mtimeMs !== file.mtimeMs) {
      return new VoronoiceError('FILE_CHANGED', `"${file.name}" changed while it was being read.`, { path: file.path });
    }
  }
  return engineError(error, { path: file.path, purpose: 'read' });
}

async function look(path: string): Promise<FeatureFile | Problem> {
  try {
    const state = await stat(path);
    if (!state.isFile())
      return refusal('NPY_NOT_NPY', state.isDirectory() ? 'This is a folder.' : 'This is not a file.');
    if (!/\.npy$/i.test(path)) return refusal('NPY_NOT_NPY', 'This is not a .npy file.');
    const header = await readHeader(path, state.size);
    if (header.rows === 0) return refusal('FEATURES_EMPTY', 'This file holds no frames.');
    const { size, mtimeMs } = state;
    return { name: basename(path), path, header, size, mtimeMs };
  } catch (error) {
    return toFailure(toFileError(error, path, 'read'));
  }
}

function readHeader(path: string, size: number): Promise<NpyHeader> {
  return withOpenFile(path, async (handle) => {
    // Nearly every header is 128 bytes long; the rest is read only where that was not enough.
    const head = await readRange(handle, 0, Math.min(size, 512));
    const isLong = head.length === 512 && headerEnd(head) > 512;
    return parseNpyHeader(isLong ? await readRange(handle, 0, Math.min(size, NPY_HEADER_BYTES)) : head, size);
  });
}

/** Where the header ends by its own length field (v1: u16 at 8, later: u32 at 8). */
function headerEnd(head: Uint8Array): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return head[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
}

function summarize(path: string, readable: readonly FeatureFile[], refused: readonly SkippedFile[]): FeatureFolder {
  const usable = readable.filter((file) => versionOf(file.header.columns) !== null);
  const strange = readable.filter((file) => versionOf(file.header.columns) === null);
  const skipped = [
    ...refused,
    ...strange.map(({ name, header }) => ({
      name,
      problem: refusal('FEATURES_DIMENSION', `This file has ${header.columns} columns; RVC works with 256 or 768.`, {
        columns: header.columns,
      }),
    })),
  ].sort((left, right) => byCodePoint(left.name, right.name));
  const dimensions = new Set(usable.map((file) => file.header.columns));
  const [dimension] = dimensions;
  return {
    path,
    files: usable,
    skipped,
    frames: usable.reduce((sum, file) => sum + file.header.rows, 0),
    dimension: dimensions.size === 1 ? (dimension ?? null) : null,
    modified: usable.reduce<number | null>((newest, file) => Math.max(newest ?? -Infinity, timeOf(file)), null),
    odd: oddOnes(usable).map(({ name }) => name),
    problem: folderProblem(path, usable, strange, skipped),
  };
}

const ofVersion = (files: readonly FeatureFile[], version: Version): readonly FeatureFile[] =>
  files.filter((file) => versionOf(file.header.columns) === version);

/** Where there are files of both versions, those of which there are fewer. */
function oddOnes(usable: readonly FeatureFile[]): readonly FeatureFile[] {
  const [v1, v2] = [ofVersion(usable, 'v1'), ofVersion(usable, 'v2')];
  return v1.length < v2.length ? v1 : v2.length < usable.length ? v2 : [];
}

function folderProblem(
  path: string,
  usable: readonly FeatureFile[],
  strange: readonly FeatureFile[],
  skipped: readonly SkippedFile[],
): Problem | null {
  const odd = oddOnes(usable);
  if (odd.length > 0) {
    const [v1, v2] = [ofVersion(usable, 'v1'), ofVersion(usable, 'v2')];
    const some = odd.slice(0, 3).map(({ name }) => `"${name}"`);
    const more = odd.length > some.length ? ` and ${odd.length - some.length} more` : '';
    return refusal(
      'FEATURES_MIXED_DIMENSIONS',
      `"${path}" mixes ${v1.length} files of 256 columns (v1) with ${v2.length} of 768 (v2); the fewer are ${some.join(', ')}${more}.`,
      { path, v1: v1.length, v2: v2.length, file: odd[0]?.name ?? '' },
    );
  }
  if (usable.length > 0) return null;
  const [first] = strange;
  if (first !== undefined) {
    const { columns } = first.header;
    return refusal('FEATURES_DIMENSION', `The files in "${path}" have ${columns} columns; RVC works with 256 or 768.`, {
      path,
      columns,
    });
  }
  const broken = skipped.find(({ name }) => /\.npy$/i.test(name));
  if (broken === undefined) {
    return refusal('FEATURES_EMPTY', `"${path}" holds no .npy files.`, { path, skipped: skipped.length });
  }
  return refusal(
    broken.problem.code,
    `None of the files in "${path}" can be used. "${broken.name}": ${broken.problem.message}`,
    {
      path,
      skipped: skipped.length,
      file: broken.name,
    },
  );
}

function refusal(code: ErrorCode, message: string, details: Problem['details'] = {}): Problem {
  return { code, message, details };
}

/** What macOS, Windows and Jupyter leave in folders without being asked. */
export function isSystemFile(name: string): boolean {
  return /^(\._.*|\.DS_Store|__MACOSX|Thumbs\.db|desktop\.ini|\.ipynb_checkpoints)$/i.test(name);
}

/** The order of Python's `sorted`, by which the hosts read the files; UTF-8 bytes sort like code points. */
export function byCodePoint(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Maps with a few calls under way at a time, and keeps the order. */
async function mapInOrder<T, R>(items: readonly T[], atOnce: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const waiting = items.entries();
  const work = async (): Promise<void> => {
    for (const [position, item] of waiting) results[position] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return results;
}
