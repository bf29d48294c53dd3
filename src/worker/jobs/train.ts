import { join } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import type { QueryOrigin } from '@shared/contract/measurement';
import type { RequestOf, ResultOf } from '@shared/contract/work';
import { ivfFlatBytes } from '@shared/domain/forecast';
import { chooseHeldOut, MOST_QUERIES } from '@shared/domain/holdOut';
import { addedName, applioName } from '@shared/domain/hostNames';
import { K } from '@shared/domain/measures';
import { createRandom, shuffledOrder } from '@shared/domain/random';
import { type IndexPlan, MIN_FRAMES, planIndex, versionOf } from '@shared/domain/recipes';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import { type FileTransaction, requireAbsent, requireFreeSpace, transaction } from '../io/atomic';
import { locateVoice } from '../io/experiment';
import { type FeatureFolder, listFeatures, loadFeatures, requireUsable } from '../io/features';
import { type IndexContents, readIndexContents, readIndexFacts } from '../io/indexFile';
import { plannedPath, requireVoiceName } from '../io/paths';
import { type JobContext, throwIfCancelled, within } from '../job';
import { type AskingFrames, finiteFrames, framesOfFolder, framesOfIndex } from '../measure/frames';
import { conclude, hashOf, type Observation, observe } from '../measure/measureIndex';
import { checkSource } from '../measure/source';

type TrainRequest = RequestOf<'train'>;
type TrainResult = ResultOf<'train'>;
type Note = TrainResult['notes'][number];
type Coverage = NonNullable<TrainResult['coverage']>;
type Facts = Awaited<ReturnType<typeof readIndexFacts>>;

/** At most this many stored frames ask when a voice is too small to hold any out. */
const MOST_STORED_QUERIES = 5_000;

/** Frames come from files in one order; the index gets them in another, `order[i]` being the old place of row i. */
interface Arrangement {
  readonly order: Int32Array;
  /** Rows for the k-means, first. */
  readonly kept: number;
  /** Rows kept apart, after them, in the order they were recorded; rows that are not finite come last and are dropped. */
  readonly heldOut: number;
  /** Stretches of consecutive frames among the rows kept apart. */
  readonly runs: readonly number[];
  /** Shuffles the rows kept apart too, once they have asked; the rest stays. */
  readonly mixing: Int32Array;
}

/**
 * Builds the index of a voice: reads the features, shuffles them, groups them by k-means, adds them, chooses how many
 * groups a search looks into, writes the file beside its final name, opens it again, and only then lets it appear.
 *
 * The shuffle, the number of groups and the batches are RVC's (train_index.py). A recipe that measures keeps some files
 * apart: they are not in the k-means and not in the groups while they ask, and are added before writing, so that the
 * index holds every frame with ids 0..N-1.
 *
 * @throws `NO_FEATURES`, `FEATURES_…`, `NPY_…`, `FILE_EXISTS`, `DISK_FULL`, `FOLDER_READ_ONLY`, `FILE_CHANGED`,
 *   `OUT_OF_MEMORY`, `ENGINE_…`, `INDEX_CHECK_FAILED`, `JOB_CANCELLED`; whatever it is, nothing is left behind
 */
export async function train(request: TrainRequest, context: JobContext): Promise<TrainResult> {
  const { signal } = context;
  const time = stopwatch();
  const voice = await locateVoice(request.folder);
  const name = request.name ?? voice.name;
  requireVoiceName(name);
  const folder = await listFeatures(voice.featuresPath, signal);
  requireUsable(folder);
  const out = await plannedPath(request.out);

  return transaction(async (files) => {
    await files.folder(out);
    const engine = await context.engine();
    const totalPath = request.totalFea ? join(out, 'total_fea.npy') : null;
    if (totalPath !== null) await requireAbsent(totalPath);
    await requireFreeSpace(out, expectedBytes(request, folder));

    const matrix = await loadFeatures(engine, folder, context);
    const opened: { close(): void }[] = [matrix];
    try {
      const nonFinite = await onEngine(() => matrix.nonFiniteRows());
      const frames = matrix.rows - nonFinite.length;
      requireFrames(frames, folder, nonFinite.length);
      const plan = planIndex({ recipe: request.recipe, frames, dimension: matrix.columns, nprobe: request.nprobe });
      if (plan.nprobe !== null) await requireAbsent(join(out, fileName(request, name, plan, plan.nprobe)));

      // A host's own rule learns from every frame, so nothing can be kept apart for it (docs/decisions/0008-honest-figures.md).
      const apart = plan.holdOut || (request.measure && request.recipe === 'balanced');
      const rows = arrange(folder, nonFinite, apart, request.seed);
      await onEngine(() => matrix.permute(rows.order));
      matrix.truncate(frames);
      const read = time.lap();

      throwIfCancelled(signal);
      const index = engine.Index.fromFactory(plan.dimension, plan.factory);
      opened.push(index);
      await group(index, matrix, rows.kept, context);
      const trained = time.lap();

      await add(index, matrix, 0, rows.kept, context);
      const addedKept = time.lap();
      const coverage = plan.nprobe === null ? await cover(index, matrix, rows, plan, request.seed, context) : null;
      const nprobe = plan.nprobe ?? bestNprobe(coverage, plan);
      index.setParameter('nprobe', nprobe);
      const honest =
        request.measure && rows.heldOut > 0
          ? await askHeldOut(engine, index, matrix, rows, request.seed, context)
          : null;
      if (rows.heldOut > 0) await onEngine(() => matrix.permute(rows.mixing));
      const measured = time.lap();
      await add(index, matrix, rows.kept, rows.heldOut, context);
      const addedHeldOut = time.lap();
      const observation =
        honest ?? (request.measure ? await askItself(engine, index, folder, request.seed, context) : null);
      const measuredLater = time.lap();

      const target = join(out, fileName(request, name, plan, nprobe));
      await requireAbsent(target);
      const totalStaged = totalPath === null ? null : await stageTotal(files, totalPath, matrix, context);
      // The index has copies of all vectors; the matrix is not needed while it is written.
      matrix.close();
      context.progress('write', 0, 1);
      let bytes = 0;
      const staged = await files.stage(target, async (temporary) => {
        bytes = await onEngine(() => index.save(temporary, { signal }), { path: target, purpose: 'write' });
      });
      index.close();
      context.progress('write', 1, 1);

      context.progress('check', 0, 2);
      const { facts, ids } = await checkStaged(staged, { plan, frames, nprobe }, signal);
      const measurement =
        observation === null
          ? null
          : conclude(observation, {
              facts,
              ids,
              bytes,
              hash: await hashOf(staged, signal),
              source: await checkSource(engine, folder, signal),
              original: null,
              stale: null,
              featuresDistanceRatio: null,
            });
      context.progress('check', 1, 2);
      throwIfCancelled(signal);
      if (totalStaged !== null && totalPath !== null) await files.move(totalStaged, totalPath);
      await files.move(staged, target);
      requireExpected(await readIndexFacts(target, NEVER), { plan, frames, nprobe });
      context.progress('check', 2, 2);

      return {
        index: target,
        vectors: frames,
        dimension: plan.dimension,
        version: versionOf(plan.dimension),
        nlist: plan.nlist,
        nprobe,
        metric: facts.metric,
        factory: plan.factory,
        bytes,
        lists: facts.lists,
        coverage,
        measurement,
        notes: notesOf(folder, nonFinite, plan, totalPath),
        seconds: {
          read,
          train: trained,
          add: addedKept + addedHeldOut,
          measure: measured + measuredLater,
          write: time.lap(),
          total: time.total(),
        },
        peakRssBytes: process.resourceUsage().maxRSS * 1024,
      };
    } finally {
      for (const resource of opened) resource.close();
    }
  });
}

/** Once the files have their names the work is done, and a late cancel comes too late. */
const NEVER = new AbortController().signal;

async function group(index: Index, matrix: Matrix, rows: number, context: JobContext): Promise<void> {
  const { signal, progress, iteration } = context;
  progress('train', 0, 1);
  await onEngine(() =>
    index.train(matrix, {
      rows,
      signal,
      onIteration: ({ iteration: number, iterations, objective, imbalance }) => {
        progress('train', number + 1, iterations);
        iteration({ iteration: number, iterations, objective, imbalance });
      },
    }),
  );
  progress('train', 1, 1);
}

async function add(
  index: Index,
  matrix: Matrix,
  from: number,
  count: number,
  { signal, progress }: JobContext,
): Promise<void> {
  if (count === 0) return;
  const onProgress = (done: number): void => progress('add', from + done, matrix.rows);
  onProgress(0);
  await onEngine(() => index.add(matrix, { from, count, signal, onProgress }));
  onProgress(count);
}

/**
 * Share of frames that would come back short of neighbors, for one nprobe after the other until none does.
 *
 * The frames that ask are the held-out ones, which the index does not hold yet. A voice of one long file has none; there
 * stored frames ask for one neighbor more, because each finds itself first.
 */
async function cover(
  index: Index,
  matrix: Matrix,
  { kept, heldOut }: Arrangement,
  plan: IndexPlan,
  seed: number,
  { signal, progress }: JobContext,
): Promise<Coverage> {
  const [from, count, k] = heldOut > 0 ? [kept, heldOut, K] : [0, Math.min(kept, MOST_STORED_QUERIES), K + 1];
  const missing: Coverage['missing'] = [];
  for (const [position, nprobe] of plan.nprobeCandidates.entries()) {
    progress('measure', position, plan.nprobeCandidates.length);
    const { labels } = await onEngine(() => index.search(matrix, k, { from, count, nprobe, signal }));
    const share = shortRows(labels, k) / count;
    missing.push({ nprobe, share });
    if (share === 0) break;
  }
  return { heldOut, seed, missing };
}

/** Everything there is to learn from the frames kept apart, before they are added. */
async function askHeldOut(
  engine: Engine,
  index: Index,
  matrix: Matrix,
  { kept, heldOut, runs }: Arrangement,
  seed: number,
  context: JobContext,
): Promise<Observation> {
  const rows = Int32Array.from({ length: heldOut }, (_, row) => kept + row);
  const frames = await finiteFrames(await onEngine(() => matrix.gather(rows)), runs, null, seed);
  return askWith(engine, index, frames, 'held-out', context);
}

/** Where nothing was kept apart: frames that the index holds ask, each leaving itself out. */
async function askItself(
  engine: Engine,
  index: Index,
  folder: FeatureFolder,
  seed: number,
  context: JobContext,
): Promise<Observation> {
  const asked = { most: MOST_QUERIES, seed };
  const frames = folder.files.some(({ header }) => header.rows <= MOST_QUERIES)
    ? await framesOfFolder(engine, folder.path, asked, context)
    : await framesOfIndex(engine, index, asked, context);
  return askWith(engine, index, frames, 'stored', context);
}

async function askWith(
  engine: Engine,
  index: Index,
  frames: AskingFrames,
  origin: QueryOrigin,
  context: JobContext,
): Promise<Observation> {
  try {
    const asking = within(context, 'measure', (fraction) => context.progress('measure', fraction, 1));
    return await observe(engine, index, frames, { origin, nprobes: [], plane: null }, asking);
  } finally {
    frames.matrix.close();
  }
}

/** The smallest that left no frame short; when even searching every list does not help, all of them. */
function bestNprobe(coverage: Coverage | null, plan: IndexPlan): number {
  return coverage?.missing.at(-1)?.nprobe ?? plan.minNprobe;
}

function shortRows(labels: Int32Array, k: number): number {
  let short = 0;
  // FAISS pads at the end: a row is short exactly when its last label is -1.
  for (let last = k - 1; last < labels.length; last += k) if (labels[last] === -1) short += 1;
  return short;
}

async function stageTotal(
  files: FileTransaction,
  path: string,
  matrix: Matrix,
  { signal }: JobContext,
): Promise<string> {
  return files.stage(path, (temporary) =>
    onEngine(() => matrix.writeNpy(temporary, { signal }), { path, purpose: 'write' }),
  );
}

/** Where every row goes: shuffled as RVC does (so that no one reads the recordings out of an index), by seed. */
function arrange(folder: FeatureFolder, nonFinite: Int32Array, holdOut: boolean, seed: number): Arrangement {
  const dropped = new Set(nonFinite);
  const apart = holdOut ? heldOutRows(folder, nonFinite, seed) : [];
  const isApart = (row: number): boolean => apart.some(([start, end]) => row >= start && row < end);
  const keptRows = new Int32Array(folder.frames);
  const apartRows = new Int32Array(folder.frames);
  let kept = 0;
  let heldOut = 0;
  for (let row = 0; row < folder.frames; row++) {
    if (dropped.has(row)) continue;
    if (isApart(row)) apartRows[heldOut++] = row;
    else keptRows[kept++] = row;
  }
  const random = createRandom(seed);
  const order = new Int32Array(folder.frames);
  shuffledOrder(kept, random).forEach((from, to) => (order[to] = keptRows[from] ?? 0));
  order.set(apartRows.subarray(0, heldOut), kept);
  order.set(nonFinite, kept + heldOut);
  const mixing = Int32Array.from({ length: kept + heldOut }, (_, row) => row);
  shuffledOrder(heldOut, random).forEach((from, to) => (mixing[kept + to] = kept + from));
  return { order, kept, heldOut, runs: stretches(apartRows.subarray(0, heldOut), apart), mixing };
}

/** Lengths of the stretches in which rows follow each other within one file. */
function stretches(rows: Int32Array, files: readonly (readonly [start: number, end: number])[]): readonly number[] {
  const starts = new Set(files.map(([start]) => start));
  const lengths: number[] = [];
  rows.forEach((row, place) => {
    const follows = place > 0 && row === (rows[place - 1] ?? 0) + 1 && !starts.has(row);
    lengths.push(follows ? (lengths.pop() ?? 0) + 1 : 1);
  });
  return lengths;
}

/** Ranges [start, end) of the rows of the held-out files. */
function heldOutRows(
  folder: FeatureFolder,
  nonFinite: Int32Array,
  seed: number,
): readonly (readonly [number, number])[] {
  const finite = fileRows(folder).map(([start, end]) => ({
    frames: end - start - countBetween(nonFinite, start, end),
  }));
  const chosen = new Set(chooseHeldOut(finite, seed).files);
  return fileRows(folder).filter((_, position) => chosen.has(position));
}

function fileRows({ files }: FeatureFolder): readonly (readonly [start: number, end: number])[] {
  let end = 0;
  return files.map(({ header }) => [end, (end += header.rows)]);
}

function countBetween(ascending: Int32Array, start: number, end: number): number {
  return ascending.filter((row) => row >= start && row < end).length;
}

function requireFrames(frames: number, folder: FeatureFolder, nonFinite: number): void {
  if (frames >= MIN_FRAMES) return;
  const details = { frames, needed: MIN_FRAMES, nonFinite, files: folder.files.length };
  if (frames === 0) {
    throw new VoronoiceError('FEATURES_EMPTY', `All ${nonFinite} frames hold values that are no numbers.`, details);
  }
  throw new VoronoiceError(
    'FEATURES_TOO_FEW',
    `This voice has ${frames} usable frames; a search needs at least ${MIN_FRAMES}.`,
    details,
  );
}

function fileName(request: TrainRequest, name: string, plan: IndexPlan, nprobe: number): string {
  if (request.recipe === 'applio') return applioName(name);
  return addedName({ nlist: plan.nlist, nprobe, name, version: versionOf(plan.dimension) });
}

function expectedBytes(request: TrainRequest, { frames, dimension }: FeatureFolder): number {
  const columns = dimension ?? 0;
  const { nlist } = planIndex({ recipe: request.recipe, frames, dimension: columns, nprobe: request.nprobe });
  return ivfFlatBytes(frames, nlist, columns) + (request.totalFea ? frames * columns * 4 : 0);
}

interface Expected {
  readonly plan: IndexPlan;
  readonly frames: number;
  readonly nprobe: number;
}

/** The file itself, every id in it and a sample of its vectors, before it gets its name. */
async function checkStaged(
  path: string,
  expected: Expected,
  signal: AbortSignal,
): Promise<Pick<IndexContents, 'ids'> & { facts: Facts & { lists: NonNullable<Facts['lists']> } }> {
  const { facts, ids } = await readIndexContents(path, signal);
  requireExpected(facts, expected);
  if (ids?.idsSequential !== true || ids.nonFinite > 0) {
    throw checkFailed('its ids are not 0..N-1, or some of its vectors are no numbers');
  }
  if (facts.lists === null) throw checkFailed('the sizes of its groups cannot be read');
  return { facts: { ...facts, lists: facts.lists }, ids };
}

function requireExpected(facts: Facts, { plan, frames, nprobe }: Expected): void {
  const asPlanned =
    facts.type === 'IndexIVFFlat' &&
    facts.metric === 'l2' &&
    facts.trained &&
    facts.vectors === frames &&
    facts.dimension === plan.dimension &&
    facts.nlist === plan.nlist &&
    facts.nprobe === nprobe;
  if (!asPlanned) throw checkFailed('it does not say what was written');
}

function checkFailed(why: string): VoronoiceError {
  return new VoronoiceError('INDEX_CHECK_FAILED', `The index was opened again after writing, and ${why}.`);
}

const MOST_NOTES = 200;

function notesOf(folder: FeatureFolder, nonFinite: Int32Array, plan: IndexPlan, totalPath: string | null): Note[] {
  const notes: Note[] = [];
  if (plan.wouldCompress) {
    const message = 'The host itself would first reduce a voice this long to 10,000 vectors; here every frame is kept.';
    notes.push({ code: 'UNCOMPRESSED', file: null, count: folder.frames - nonFinite.length, message });
  }
  if (totalPath !== null) {
    const message = 'The shuffled features, as RVC keeps them.';
    notes.push({ code: 'TOTAL_FEA', file: totalPath, count: folder.frames - nonFinite.length, message });
  }
  fileRows(folder).forEach(([start, end], position) => {
    const count = countBetween(nonFinite, start, end);
    const message = `${count} of ${end - start} frames hold values that are no numbers and were left out.`;
    if (count > 0) notes.push({ code: 'NON_FINITE', file: folder.files[position]?.name ?? null, count, message });
  });
  for (const { name, problem } of folder.skipped) {
    notes.push({ code: 'SKIPPED', file: name, count: 1, message: problem.message });
  }
  if (notes.length <= MOST_NOTES) return notes;
  const more = notes.length - MOST_NOTES + 1;
  return [
    ...notes.slice(0, MOST_NOTES - 1),
    { code: 'SKIPPED', file: null, count: more, message: `And ${more} more files with remarks.` },
  ];
}

/** Seconds, by a clock that does not jump. */
function stopwatch(): { lap(): number; total(): number } {
  const start = performance.now();
  let last = start;
  return {
    lap() {
      const now = performance.now();
      const seconds = (now - last) / 1_000;
      last = now;
      return seconds;
    },
    total: () => (performance.now() - start) / 1_000,
  };
}
