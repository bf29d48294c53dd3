import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import { MOST_CLIP_FRAMES } from '@shared/contract/sound';
import { DEFAULT_SEED } from '@shared/domain/maths/random';
import { rowKeys } from '@shared/domain/maths/rowKeys';
import type { Neighbors } from '@shared/domain/measures/measures';
import { selfLimits, USUAL_COPIES, withoutSelf } from '@shared/domain/measures/selfMatch';
import { FRAMES_PER_SECOND, NEIGHBORS } from '@shared/domain/rvc';
import { logMel, logMelDistance } from '@shared/domain/sound/logMel';
import { planTake, type TakePlan } from '@shared/domain/sound/plan';
import { firstOfEqual, traceByKeys, tracedShare } from '@shared/domain/sound/trace';
import { encodeWav } from '@shared/formats/wav';
import type { ListenRequest, ListenResult } from '@shared/jobs/listen';
import type { JobContext } from '../context';
import { type Engine, type Matrix, onEngine } from '../engine';
import { locateVoice } from '../voices/recognize';
import { type FeatureFolder, listFeatures, requireUsable } from '../features/features';
import { transaction } from '../files/atomic';
import { plannedPath, realPath } from '../files/paths';
import { readRecord } from '../files/record';
import { exactNeighbors, farRow, featureBlocks, originalsOf, showing, storedRows } from '../measure/exact';
import { keysOf } from '../measure/keys';
import { requireSameDimension } from '../measure/measureIndex';
import { lookBeside, noteRows, type VoiceRows } from '../measure/shares';
import { type OpenedIndex, openIndex } from '../openIndex';
import type { Stretch } from '../sound/clip';
import { sliceFolders, type SliceFolder } from '../voices/slices';
import { blendTakes, loudnessOf, recordingGrains, soundOf } from '../sound/takes';
import { rowsOfVoice, traceBeside } from '../sound/trace';
import { readTrace } from '../sound/traceFile';
import { chosenFiles } from '../steps/load';

/**
 * Makes takes of a recording (docs/decisions/0015-sound.md): each of its frames in the sound of its true neighbors, and of
 * those that each index finds. A recording that the voice is made of does not find itself, as in measuring; any other
 * finds what RVC would find for it.
 *
 * @throws what opening an index and reading features throw, `INDEX_DIMENSION`, `SLICE_NOT_FOUND`, `WAV_…`, `SOUND_…`,
 *   `FILE_EXISTS`, `FOLDER_READ_ONLY`, `DISK_FULL`, `JOB_CANCELLED`
 */
export async function listen(request: ListenRequest, context: JobContext<'listen'>): Promise<ListenResult> {
  const { signal, progress } = context;
  const engine = await context.engine();
  const voice = await openSounding(request.voice, context);
  const clip = await openSounding(request.clip, context);
  const frames = await readFrames(engine, clip.features, signal);
  try {
    const recording = await recordingGrains(frames.parts, clip.folders, signal);
    const loud = loudnessOf(recording);
    progress('read', 1, 1);

    const own = await isOf(clip.features, voice.features);
    const asking: Asking = { ...frames, most: own ? NEIGHBORS + USUAL_COPIES : NEIGHBORS, own };
    // Comparing with the voice; opening each index, and asking it.
    const parts = 1 + 2 * request.indexes.length;
    const onTruth = (done: number): void => progress('truth', done, parts);
    const { truth, rows, canonical } = await trueNeighbors(engine, asking, voice.features, signal, onTruth);
    const plans: TakePlan[] = [planTake(truth, truth, asking.limits)];
    let found = 0;
    for (const [position, index] of request.indexes.entries()) {
      const asked = { ...index, nprobe: request.nprobe, onOpen: () => onTruth(2 + 2 * position) };
      const answer = await askIndex(engine, asked, asking, rows, signal);
      onTruth(3 + 2 * position);
      found += answer.found;
      const named = { ...answer.neighbors, labels: answer.neighbors.labels.map((row) => canonical[row] ?? -1) };
      plans.push(planTake(named, truth, asking.limits));
    }

    const files = voice.features.files.map(({ name, header }) => ({ name, rows: header.rows }));
    // The sounds are read, then made: about half of the time each.
    const blended = await blendTakes(plans, { files, folders: voice.folders }, signal, (done, total) =>
      progress('blend', done / total, 2),
    );
    const heard = plans.slice(1).reduce((sum, { rows: of }) => sum + countHeard(of, blended.silent), 0);
    const sounds = [soundOf(recording, loud), ...blended.takes.map((take) => soundOf(take, loud))];
    return {
      clip: clip.features.path,
      seconds: frames.matrix.rows / FRAMES_PER_SECOND,
      takes: await writeTakes(request.out, sounds, (done) => progress('blend', 1 + done / sounds.length, 2)),
      traced: { share: found === 0 ? 0 : heard / found },
    };
  } finally {
    frames.matrix.close();
  }
}

/** Features, and where the recordings they were made of may be. */
interface Sounding {
  readonly features: FeatureFolder;
  readonly folders: readonly SliceFolder[];
}

async function openSounding(
  { path, pointed }: ListenRequest['clip'],
  { signal, leftOut }: Pick<JobContext<'listen'>, 'signal' | 'leftOut'>,
): Promise<Sounding> {
  const isFile = /\.npy$/i.test(path);
  const real = await realPath(path);
  const place = await locateVoice(isFile ? dirname(real) : real);
  const features = await listFeatures(isFile ? real : place.featuresPath, signal, { without: leftOut(place.path) });
  requireUsable(features);
  return { features, folders: sliceFolders(place.path, pointed) };
}

interface Frames {
  /** The frames that ask, as they follow each other. */
  readonly matrix: Matrix;
  /** Frames of each file, from the first on. */
  readonly parts: readonly { readonly name: string; readonly rows: number }[];
  /** Those that stand for nothing, and find nothing. */
  readonly unusable: ReadonlySet<number>;
  readonly limits: Float32Array;
}

/** The first half minute. */
async function readFrames(engine: Engine, folder: FeatureFolder, signal: AbortSignal): Promise<Frames> {
  const parts: { name: string; rows: number }[] = [];
  let total = 0;
  for (const { name, header } of folder.files) {
    const rows = Math.min(header.rows, MOST_CLIP_FRAMES - total);
    if (rows > 0) parts.push({ name, rows });
    total += rows;
  }
  const columns = folder.dimension ?? 1;
  const files = chosenFiles(folder, (file) => file < parts.length);
  const all = Int32Array.from({ length: total }, (_, row) => row);
  const matrix = await originalsOf(engine, files, signal).pick(all);
  const [far] = rowKeys(farRow(columns), columns);
  const keys = keysOf(matrix);
  const unusable = new Set(Array.from(keys.keys()).filter((frame) => keys[frame] === far));
  return { matrix, parts, unusable, limits: selfLimits(await onEngine(() => matrix.norms())) };
}

interface Asking extends Frames {
  /** Neighbors that are asked for. */
  readonly most: number;
  /** The frames are among those they ask, and leave themselves out. */
  readonly own: boolean;
}

/** Whether every file of the one is a file of the other. */
async function isOf(clip: FeatureFolder, voice: FeatureFolder): Promise<boolean> {
  const known = new Set(await Promise.all(voice.files.map(({ path }) => realPath(path))));
  const paths = await Promise.all(clip.files.map(({ path }) => realPath(path)));
  return paths.every((path) => known.has(path));
}

/** The eight that count of those that were asked for. */
function answersOf(asked: Neighbors, { most, own, limits, unusable }: Asking): Neighbors {
  const { labels, distances } = own ? withoutSelf(asked, most, limits).neighbors : asked;
  return { distances, labels: labels.map((row, cell) => (unusable.has(Math.floor(cell / NEIGHBORS)) ? -1 : row)) };
}

async function trueNeighbors(
  engine: Engine,
  asking: Asking,
  folder: FeatureFolder,
  signal: AbortSignal,
  onShare: (compared: number) => void,
): Promise<{ readonly truth: Neighbors; readonly rows: VoiceRows; readonly canonical: Int32Array }> {
  if (folder.dimension !== asking.matrix.columns) {
    throw new VoronoiceError(
      'INDEX_DIMENSION',
      `The recording has ${asking.matrix.columns} numbers a frame, the voice has ${folder.dimension ?? 0}.`,
      { asked: asking.matrix.columns, dimension: folder.dimension },
    );
  }
  const { rows, show } = noteRows(folder);
  const blocks = showing(featureBlocks(engine, folder, signal), show);
  const asked = await exactNeighbors(engine, asking.matrix, blocks, asking.most, signal, (done) =>
    onShare(done / folder.frames),
  );
  // Rows of equal bytes sound alike, whichever of them was found.
  const canonical = firstOfEqual(rows.keys);
  const { distances, labels } = answersOf(asked, asking);
  return { truth: { distances, labels: labels.map((row) => canonical[row] ?? -1) }, rows, canonical };
}

/** An index that is asked. */
interface Asked extends Pick<ListenRequest, 'nprobe'> {
  readonly path: string;
  readonly trace: string | null;
  readonly onOpen: () => void;
}

/** What an index finds, by rows of the voice: -1 where nothing was found or nobody knows where it is from. */
async function askIndex(
  engine: Engine,
  { path, trace, nprobe, onOpen }: Asked,
  asking: Asking,
  voice: VoiceRows,
  signal: AbortSignal,
): Promise<{ readonly neighbors: Neighbors; readonly found: number }> {
  const { index } = await openIndex(engine, path, signal);
  try {
    onOpen();
    requireSameDimension(asking.matrix.columns, index);
    const { nlist, ntotal } = index.describe();
    const asked = await onEngine(() =>
      index.search(asking.matrix, asking.most, {
        signal,
        ...(nprobe === null || nlist === null ? {} : { nprobe: Math.min(nprobe, nlist) }),
      }),
    );
    const { labels, distances } = answersOf(asked, asking);
    const kept = trace === null ? null : await readTrace(trace);
    const known = kept?.rows.length === ntotal ? rowsOfVoice(kept, voice.folder) : null;
    const rows = known ?? (await traceNow(engine, { index, path }, labels, voice, signal));
    return {
      neighbors: { distances, labels: labels.map((id) => rows[id] ?? -1) },
      found: labels.filter((id) => id >= 0).length,
    };
  } finally {
    index.close();
  }
}

/** From this share on, what was found are frames to the bit, and no other needs to be looked at. */
const FRAMES_FROM = 0.5;

/** The rows of what was found, by id. */
async function traceNow(
  engine: Engine,
  { index, path }: Pick<OpenedIndex, 'index' | 'path'>,
  found: Int32Array,
  voice: VoiceRows,
  signal: AbortSignal,
): Promise<Int32Array> {
  const ids = Int32Array.from(new Set(found.filter((id) => id >= 0))).sort();
  const vectors = await storedRows(index, ids, signal);
  const keys = keysOf(vectors);
  vectors.close();
  const equal = traceByKeys(keys, voice.keys, voice.unusable);
  if (tracedShare(equal) < FRAMES_FROM) {
    const beside = await lookBeside(engine, index, voice, await readRecord(path), DEFAULT_SEED, signal);
    return (await traceBeside(engine, index, voice, beside, signal)).rows;
  }
  const rows = new Int32Array(index.describe().ntotal).fill(-1);
  for (const [place, id] of ids.entries()) rows[id] = equal[place] ?? -1;
  return rows;
}

function countHeard(rows: Int32Array, silent: ReadonlySet<number>): number {
  return rows.filter((row) => row >= 0 && !silent.has(row)).length;
}

/** The recording, the true neighbors, and each index. */
async function writeTakes(
  out: string,
  sounds: readonly Stretch[],
  onTake: (made: number) => void,
): Promise<ListenResult['takes']> {
  const folder = await plannedPath(out);
  const [recording] = sounds;
  if (recording === undefined) throw new Error('There is a recording.');
  const original = logMel(recording.samples, recording.rate);
  const takes = sounds.map(({ rate, samples }, take) => {
    const name = nameOf(take);
    const bytes = encodeWav(samples, rate, 's16');
    const logMelDb = take === 0 ? 0 : logMelDistance(original, logMel(samples, rate));
    onTake(take);
    return { name, file: join(folder, `${name}.wav`), logMelDb, bytes };
  });
  await transaction(async (files) => {
    await files.folder(folder);
    const staged: string[] = [];
    for (const { file, bytes } of takes) {
      staged.push(await files.stage(file, (temporary) => writeFile(temporary, bytes, { flag: 'wx' })));
    }
    for (const [take, { file }] of takes.entries()) await files.move(staged[take] ?? '', file);
  });
  onTake(sounds.length);
  return takes.map(({ bytes: _, ...take }) => take);
}

function nameOf(take: number): string {
  return ['recording', 'true', 'index'][take] ?? `index-${take - 1}`;
}
