import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOptions } from '@shared/contract/build';
import { toError, VoronoiceError } from '@shared/contract/errors';
import type { OriginalQuality, QueryOrigin } from '@shared/contract/measurement';
import { Host } from '@shared/contract/primitives';
import type { BuildRecord, CompressionReport, ExpansionReport, Origin, SelectionReport } from '@shared/contract/record';
import type { RequestOf, ResultOf } from '@shared/jobs';
import { buildProblem } from '@shared/domain/recipes/buildProblem';
import { hostProblems } from '@shared/domain/hosts/compatibility';
import { readFactory } from '@shared/domain/factory/reading';
import { plannedBytes } from '@shared/domain/recipes/forecast';
import { MOST_QUERIES } from '@shared/domain/measures/holdOut';
import { DEFAULT_HOST, HOSTS } from '@shared/domain/hosts';
import { NEIGHBORS, versionOf } from '@shared/domain/rvc';
import { balancedFrames } from '@shared/domain/recipes/merging';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import { type IndexPlan, isHostRecipe, planIndex } from '@shared/domain/recipes/plan';
import { type Arrangement, arrange } from '../steps/arrange';
import { absorb, type Compressed, compressFrames } from '../steps/compress';
import { expandFrames } from '../steps/expand';
import { addRows, groupRows, newIndex, setSearch } from '../steps/fill';
import { closeSources, loadMaterial, type Material, openSources, type Piece, type Sources } from '../steps/load';
import { bestNprobe, coverage } from '../steps/chooseNprobe';
import { selectFrames } from '../steps/leaveOut';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import { type FileTransaction, requireAbsent, requireFreeSpace, temporaryName, transaction } from '../files/atomic';
import { type IndexContents, readIndexContents, readIndexFacts } from '../files/indexFile';
import { plannedPath, requireVoiceName } from '../files/paths';
import { recordPath } from '../files/record';
import { type JobContext, throwIfCancelled, within } from '../context';
import { type AskingFrames, finiteFrames, framesOfFiles, framesOfIndex } from '../measure/frames';
import { conclude, hashOf, type Observation, observe, traceIndex } from '../measure/measureIndex';
import { againstOriginal, originalsOf } from '../measure/original';
import { checkSource } from '../measure/source';
import { stopwatch } from '../stopwatch';

type TrainRequest = RequestOf<'train'>;
type TrainResult = ResultOf<'train'>;
type Note = TrainResult['notes'][number];
type Facts = Awaited<ReturnType<typeof readIndexFacts>>;

/** Norms below this count as this when vectors are brought to norm 1, so that nothing is divided by zero. */
const LEAST_NORM = 1e-9;

/**
 * Builds an index: reads the frames, leaves some out, shuffles them, compresses or expands them where that is asked for,
 * groups them by k-means, adds them, chooses how many groups a search looks into, writes the file beside its final name,
 * opens it again, and only then lets it appear.
 *
 * The shuffle, the number of groups and the batches are RVC's (train_index.py). A recipe that measures keeps some files
 * apart: they are not in any k-means and not in the groups while they ask, and are taken in before writing, so that the
 * index holds every frame with ids 0..N-1. Of several voices the rows of each stay together.
 *
 * @throws `NO_FEATURES`, `FEATURES_…`, `NPY_…`, `SOURCES_DIFFER`, `FACTORY_INVALID`, `CLUSTERS_TOO_MANY`,
 *   `NEIGHBORS_TOO_MANY`, `ZERO_VECTORS`, `SELECTION_EMPTY`, `FILE_EXISTS`, `DISK_FULL`, `FOLDER_READ_ONLY`,
 *   `FILE_CHANGED`, `OUT_OF_MEMORY`, `ENGINE_…`, `INDEX_CHECK_FAILED`, `JOB_CANCELLED`; whatever it is, nothing is left
 *   behind
 */
export async function train(request: TrainRequest, context: JobContext<'train'>): Promise<TrainResult> {
  const sources = await openSources(request.sources, context);
  try {
    const name = request.name ?? sources.names.join('-');
    requireVoiceName(name);
    const problem = buildProblem({ options: request, frames: sources.frames, dimension: sources.dimension });
    if (problem !== null) throw toError(problem);
    const out = await plannedPath(request.out);
    return await transaction(async (files) => {
      await files.folder(out);
      return await build({ request, sources, name, out, files, engine: await context.engine() }, context);
    });
  } finally {
    closeSources(sources);
  }
}

interface Building {
  readonly request: TrainRequest;
  readonly sources: Sources;
  readonly name: string;
  readonly out: string;
  readonly files: FileTransaction;
  readonly engine: Engine;
}

async function build(building: Building, context: JobContext<'train'>): Promise<TrainResult> {
  const { request, sources, name, out, files, engine } = building;
  const { signal } = context;
  const time = stopwatch();
  const totalPath = request.totalFea ? join(out, 'total_fea.npy') : null;
  if (totalPath !== null) await requireAbsent(totalPath);
  await requireFreeSpace(out, expectedBytes(request, sources));

  const resources = new Resources();
  try {
    const scratch = join(out, 'frames');
    const material = await loadMaterial(engine, sources, { memoryLimit: request.memoryLimit, scratch }, context);
    const { matrix } = resources.hold(material);
    const nonFinite = await onEngine(() => matrix.nonFiniteRows());
    const read = time.lap();

    const { dropped, selection } = await leaveOut(building, material, nonFinite, context);
    const frames = matrix.rows - dropped.length;
    requireFrames(frames, { nonFinite: nonFinite.length, selection, files: material.pieces.length });
    const plan = planIndex({ options: request, frames, dimension: matrix.columns });
    const problem = buildProblem({ options: request, frames, dimension: matrix.columns });
    if (problem !== null) throw toError(problem);
    if (plan.nprobe !== null || plan.nlist === null)
      await requireAbsent(join(out, fileName(request, name, plan, plan.nprobe)));
    const rows = arrangeRows(request, plan, material.pieces, dropped);
    await onEngine(() => matrix.permute(rows.order));
    matrix.truncate(frames);
    throwIfCancelled(signal);

    const base = await prepare(building, plan, rows, resources, matrix, context);
    if (plan.metric === 'cosine') await normalize(base);
    const prepared = time.lap();

    let index = resources.hold(newIndex(engine, plan));
    await groupRows(index, base.matrix, base.rows, context);
    const trained = time.lap();
    await addRows(index, base.matrix, 0, base.rows, context);
    const addedFirst = time.lap();

    const asked = { engine, index, base: base.matrix, rows: base.rows, heldOut: base.asking };
    const covered = plan.nprobeCandidates.length > 0 ? await coverage(asked, plan, request.seed, context) : null;
    const nprobe = plan.nlist === null ? null : (plan.nprobe ?? bestNprobe(covered, plan));
    setSearch(index, plan, nprobe);
    const measurable = request.measure && canMeasure(plan);
    const honest =
      measurable && base.asking !== null
        ? await askHeldOut(building, index, base, base.asking, rows.runs, context)
        : null;
    const measured = time.lap();

    const later = await base.takeInTheRest(index);
    if (later !== null) {
      index = resources.hold(later);
      await groupRows(index, base.matrix, base.rows, context);
      await addRows(index, base.matrix, 0, base.rows, context);
      setSearch(index, plan, nprobe);
    }
    const addedLast = time.lap();
    const observation = honest ?? (measurable ? await askItself(building, index, base, context) : null);
    const traced = base.origins.length > 0 && plan.nlist !== null ? traceIndex(index, base.origins) : null;
    const measuredLater = time.lap();

    const target = join(out, fileName(request, name, plan, nprobe));
    await requireAbsent(target);
    const totalStaged = totalPath === null ? null : await stageTotal(files, totalPath, base.matrix, context);
    // The index has copies of all vectors; the matrices are not needed while it is written.
    const vectors = base.vectors();
    resources.closeAllBut(index);
    context.progress('write', 0, 1);
    let bytes = 0;
    const staged = await files.stage(target, async (temporary) => {
      bytes = await onEngine(() => index.save(temporary, { signal }), { path: target, purpose: 'write' });
    });
    context.progress('write', 1, 1);
    resources.close();

    context.progress('check', 0, 2);
    const expected = { plan, vectors, nprobe };
    const { facts, ids } = await checkStaged(staged, expected, signal);
    const record = recordOf(request, base, selection);
    const measurement =
      observation === null
        ? null
        : conclude(observation.seen, {
            facts,
            ids,
            bytes,
            hash: await hashOf(staged, signal),
            source: sources.features === null ? null : await checkSource(engine, sources.features, signal),
            original: observation.original,
            expansion: base.expansion?.strength ?? null,
            origins: traced,
            compressed: base.compression !== null,
            stale: null,
            featuresDistanceRatio: null,
          });
    context.progress('check', 1, 2);
    throwIfCancelled(signal);
    if (totalStaged !== null && totalPath !== null) await files.move(totalStaged, totalPath);
    if (isWorthKeeping(record)) await keepRecord(files, recordPath(target), record);
    await files.move(staged, target);
    requireExpected(await readIndexFacts(target, NEVER), expected);
    context.progress('check', 2, 2);

    return {
      index: target,
      vectors,
      dimension: plan.dimension,
      version: versionOf(plan.dimension),
      nlist: plan.nlist,
      nprobe,
      metric: facts.metric,
      factory: plan.factory,
      bytes,
      lists: facts.lists,
      coverage: covered,
      record,
      measurement,
      notes: notesOf({ request, plan, facts, sources, pieces: material.pieces, nonFinite, totalPath }),
      seconds: {
        read,
        prepare: prepared,
        train: trained,
        add: addedFirst + addedLast,
        measure: measured + measuredLater,
        write: time.lap(),
        total: time.total(),
      },
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    resources.close();
  }
}

/** Once the files have their names the work is done, and a late cancel comes too late. */
const NEVER = new AbortController().signal;

/** Native memory that is given back at the end, whatever happens. */
class Resources {
  readonly #open = new Set<{ close(): void }>();

  hold<T extends { close(): void } | Material>(resource: T): T {
    this.#open.add('matrix' in resource ? resource.matrix : resource);
    return resource;
  }

  closeAllBut(kept: { close(): void }): void {
    for (const resource of this.#open) {
      if (resource === kept) continue;
      resource.close();
      this.#open.delete(resource);
    }
  }

  close(): void {
    for (const resource of this.#open) resource.close();
    this.#open.clear();
  }
}

/** Rows that are not finite, not selected, or too many of their voice; ascending. */
async function leaveOut(
  { request, engine }: Building,
  material: Material,
  nonFinite: Int32Array,
  context: JobContext<'train'>,
): Promise<{ readonly dropped: Int32Array; readonly selection: SelectionReport | null }> {
  const { seed } = request;
  const selected =
    request.selection === null
      ? null
      : await selectFrames(engine, material, nonFinite, request.selection, seed, context);
  const dropped = new Set([...nonFinite, ...(selected?.dropped ?? [])]);
  const weights = request.sources.map(({ weight }) => weight);
  if (weights.some((weight) => weight !== null)) {
    for (const row of surplus(
      material.pieces,
      dropped,
      weights.map((weight) => weight ?? 1),
      seed,
    ))
      dropped.add(row);
  }
  return { dropped: Int32Array.from(dropped).sort(), selection: selected?.report ?? null };
}

/** Frames by seed of the voices that would have more than their part. */
function surplus(
  pieces: readonly Piece[],
  dropped: ReadonlySet<number>,
  weights: readonly number[],
  seed: number,
): readonly number[] {
  const rows: number[][] = weights.map(() => []);
  let at = 0;
  for (const { source, rows: count } of pieces) {
    for (const end = at + count; at < end; at++) if (!dropped.has(at)) rows[source]?.push(at);
  }
  const wanted = balancedFrames(
    rows.map((own) => own.length),
    weights,
  );
  const random = createRandom(seed);
  return rows.flatMap((own, source) =>
    Array.from(shuffledOrder(own.length, random).subarray(wanted[source] ?? own.length), (place) => own[place] ?? 0),
  );
}

/**
 * Some files are kept apart where a recipe of ours measures. A host's own rule learns from every frame, so nothing can
 * be kept apart for it (docs/decisions/0008-honest-figures.md).
 */
function arrangeRows(
  request: TrainRequest,
  { holdOut, compression, expansion }: IndexPlan,
  pieces: readonly Piece[],
  dropped: Int32Array,
): Arrangement {
  const wanted = holdOut || (request.measure && !isHostRecipe(request.recipe));
  // What is both compressed and expanded, or expanded and written out as well, is made of all frames at once.
  const possible = expansion === null || (compression === null && !request.totalFea);
  const rows = arrange(pieces, dropped, wanted && possible, request.seed);
  const enough = compression === null || compression.clusters < rows.kept;
  return enough ? rows : arrange(pieces, dropped, false, request.seed);
}

/** The vectors that go into the index, and what came before. */
interface Base {
  readonly matrix: Matrix;
  /** Rows of `matrix` that are grouped and added first. */
  readonly rows: number;
  /** Frames kept apart, in the order they were recorded, as they were recorded. */
  readonly asking: Matrix | null;
  readonly compression: CompressionReport | null;
  readonly expansion: ExpansionReport | null;
  /** Of what is in the index in the end. */
  readonly origins: readonly Origin[];
  readonly vectors: () => number;
  /** Takes the frames kept apart in; a new index means that the old one is to be filled again. */
  readonly takeInTheRest: (index: Index) => Promise<Index | null>;
}

async function prepare(
  { request, sources, out, engine }: Building,
  plan: IndexPlan,
  rows: Arrangement,
  resources: Resources,
  matrix: Matrix,
  context: JobContext<'train'>,
): Promise<Base> {
  const { signal } = context;
  const asking = rows.heldOut === 0 ? null : resources.hold(await onEngine(() => matrix.gather(rows.asking)));
  const expand = (frames: Matrix, base: Matrix | null): Promise<ExpansionReport> | null =>
    plan.expansion === null
      ? null
      : expandFrames(
          engine,
          frames,
          { expansion: plan.expansion, base, seed: request.seed, scratch: temporaryName(join(out, 'expanded')) },
          context,
        );

  if (plan.compression !== null) {
    matrix.truncate(rows.kept);
    const compressed = await compressFrames(engine, matrix, plan.compression, request.seed, context);
    resources.hold(compressed.centers);
    const { centers, sizes, origins } = await byOrigin(engine, compressed, matrix, rows.keptOf, sources.names, signal);
    resources.hold(centers);
    matrix.close();
    return {
      matrix: centers,
      rows: centers.rows,
      asking,
      compression: compressed.report,
      expansion: await expand(centers, null),
      origins,
      vectors: () => centers.rows,
      takeInTheRest: async () => {
        if (asking === null) return null;
        await absorb(engine, { centers, sizes }, asking, signal);
        if (plan.metric === 'cosine') await onEngine(() => centers.normalize(LEAST_NORM));
        return newIndex(engine, plan);
      },
    };
  }

  // Expanded frames lend each other neighbors, so what was kept apart is expanded by the rest, later.
  const late = plan.expansion === null || asking === null ? null : resources.hold(await lastRows(matrix, rows));
  if (late !== null) matrix.truncate(rows.kept);
  return {
    matrix,
    rows: rows.kept,
    asking,
    compression: null,
    expansion: await expand(matrix, null),
    origins: originsOf(sources.names, [...rows.keptOf, ...rows.heldOutOf]),
    vectors: () => rows.kept + rows.heldOut,
    takeInTheRest: async (index) => {
      if (late === null) {
        await addRows(index, matrix, rows.kept, rows.heldOut, context);
        return null;
      }
      await expand(late, matrix);
      if (plan.metric === 'cosine') await onEngine(() => late.normalize(LEAST_NORM));
      await addRows(index, late, 0, late.rows, context);
      return null;
    },
  };
}

/** A copy of the rows kept apart, in the order in which they are to be added. */
function lastRows(matrix: Matrix, { kept, heldOut }: Arrangement): Promise<Matrix> {
  return onEngine(() => matrix.gather(Int32Array.from({ length: heldOut }, (_, row) => kept + row)));
}

/** Of merged voices, centers in the order of the voice that most of their frames are from. */
async function byOrigin(
  engine: Engine,
  { centers, sizes }: Compressed,
  frames: Matrix,
  framesOf: readonly number[],
  names: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly centers: Matrix; readonly sizes: Int32Array; readonly origins: readonly Origin[] }> {
  if (names.length === 1) return { centers, sizes, origins: [] };
  const { labels } = await onEngine(() => engine.nearestCenters(frames, centers, { signal }));
  const votes = names.map(() => new Int32Array(centers.rows));
  let at = 0;
  for (const [source, count] of framesOf.entries()) {
    const own = votes[source];
    for (const label of labels.subarray(at, (at += count))) if (own !== undefined) own[label] = (own[label] ?? 0) + 1;
  }
  const origin = Int32Array.from({ length: centers.rows }, (_, center) => {
    const counts = votes.map((own) => own[center] ?? 0);
    return counts.indexOf(Math.max(...counts));
  });
  const order = names.flatMap((_, source) => Array.from(origin.keys()).filter((center) => origin[center] === source));
  const vectorsOf = names.map((_, source) => origin.filter((own) => own === source).length);
  return {
    centers: await onEngine(() => centers.gather(Int32Array.from(order))),
    sizes: Int32Array.from(order, (center) => sizes[center] ?? 0),
    origins: originsOf(names, vectorsOf),
  };
}

/** Empty for one voice alone: there is nothing to tell apart. */
function originsOf(names: readonly string[], vectors: readonly number[]): readonly Origin[] {
  if (names.length === 1) return [];
  return vectors.flatMap((count, at) =>
    count === 0 ? [] : [{ name: names[at % names.length] ?? '', vectors: count }],
  );
}

/** Brings what goes into the index and what asks it to norm 1. */
async function normalize({ matrix, asking }: Base): Promise<void> {
  const norms = await onEngine(() => matrix.normalize(LEAST_NORM));
  const zeros = norms.reduce((count, norm) => (norm < LEAST_NORM ? count + 1 : count), 0);
  if (zeros > 0) {
    throw new VoronoiceError('ZERO_VECTORS', `${zeros} frames are all zeros and have no direction to compare.`, {
      count: zeros,
    });
  }
  if (asking !== null) await onEngine(() => asking.normalize(LEAST_NORM));
}

/** The measures are of squared L2 distances, and need the stored vectors back. */
function canMeasure({ metric, factory, dimension }: IndexPlan): boolean {
  const reading = readFactory(factory, dimension);
  if (metric !== 'l2' || reading.state !== 'valid') return false;
  return reading.reconstructable;
}

/** What was seen, and what it is worth against the original features. */
interface Asked {
  readonly seen: Observation;
  readonly original: OriginalQuality | null;
}

/** Everything there is to learn from the frames kept apart, before they are taken in. */
async function askHeldOut(
  { engine, request, sources }: Building,
  index: Index,
  base: Base,
  asking: Matrix,
  runs: readonly number[],
  context: JobContext<'train'>,
): Promise<Asked> {
  const copy = await onEngine(() => asking.gather(Int32Array.from({ length: asking.rows }, (_, row) => row)));
  const frames = await finiteFrames(copy, runs, null, request.seed);
  return askWith({ engine, sources, index, base, frames, origin: 'held-out' }, context);
}

/** Where nothing was kept apart: frames that the index was made of ask, each leaving itself out. */
async function askItself(
  { engine, request, sources }: Building,
  index: Index,
  base: Base,
  context: JobContext<'train'>,
): Promise<Asked> {
  const asked = { most: MOST_QUERIES, seed: request.seed };
  const { features } = sources;
  const frames =
    features !== null && features.files.some(({ header }) => header.rows <= MOST_QUERIES)
      ? await framesOfFiles(engine, features, asked, context)
      : await framesOfIndex(engine, index, asked, context);
  return askWith({ engine, sources, index, base, frames, origin: 'stored' }, context);
}

async function askWith(
  {
    engine,
    sources: { features },
    index,
    base,
    frames,
    origin,
  }: Pick<Building, 'engine' | 'sources'> & {
    readonly index: Index;
    readonly base: Base;
    readonly frames: AskingFrames;
    readonly origin: QueryOrigin;
  },
  context: JobContext<'train'>,
): Promise<Asked> {
  try {
    const asking = within(context, 'measure', (fraction) => context.progress('measure', fraction, 1));
    const seen = await observe(engine, index, frames, { origin, nprobes: [], plane: null }, asking);
    const others = base.compression !== null || base.expansion !== null;
    const original =
      others && features !== null
        ? await againstOriginal(
            engine,
            index,
            originalsOf(engine, features, context.signal),
            frames,
            seen.found,
            context.signal,
          )
        : null;
    return { seen, original };
  } finally {
    frames.matrix.close();
  }
}

async function stageTotal(
  files: FileTransaction,
  path: string,
  matrix: Matrix,
  { signal }: JobContext<'train'>,
): Promise<string> {
  return files.stage(path, (temporary) =>
    onEngine(() => matrix.writeNpy(temporary, { signal }), { path, purpose: 'write' }),
  );
}

function requireFrames(
  frames: number,
  found: { readonly nonFinite: number; readonly selection: SelectionReport | null; readonly files: number },
): void {
  if (frames > 0) return;
  const { nonFinite, selection, files } = found;
  throw selection === null
    ? new VoronoiceError('FEATURES_EMPTY', `All ${nonFinite} frames hold values that are no numbers.`, {
        frames,
        nonFinite,
        files,
      })
    : new VoronoiceError('SELECTION_EMPTY', 'Nothing is left of the frames by this selection.', {
        frames: selection.frames,
      });
}

function fileName(request: TrainRequest, name: string, plan: IndexPlan, nprobe: number | null): string {
  const host = HOSTS[isHostRecipe(request.recipe) ? request.recipe : DEFAULT_HOST];
  return host.indexName({ factory: plan.factory, nprobe, name, version: versionOf(plan.dimension) });
}

function expectedBytes(request: TrainRequest, { frames, dimension }: Sources): number {
  const plan = planIndex({ options: request, frames, dimension });
  const raw = plan.vectors * dimension * 4;
  return (plannedBytes(plan) ?? raw) + (request.totalFea ? raw : 0);
}

interface Expected {
  readonly plan: IndexPlan;
  readonly vectors: number;
  readonly nprobe: number | null;
}

/** The file itself, every id in it and a sample of its vectors, before it gets its name. */
async function checkStaged(
  path: string,
  expected: Expected,
  signal: AbortSignal,
): Promise<Pick<IndexContents, 'facts' | 'ids'>> {
  const { facts, ids } = await readIndexContents(path, signal);
  requireExpected(facts, expected);
  if (ids !== null && (!ids.idsSequential || ids.nonFinite > 0)) {
    throw checkFailed('its ids are not 0..N-1, or some of its vectors are no numbers');
  }
  return { facts, ids };
}

function requireExpected(facts: Facts, { plan, vectors, nprobe }: Expected): void {
  const reading = readFactory(plan.factory, plan.dimension);
  const asPlanned =
    (reading.state !== 'valid' || facts.type === reading.type) &&
    facts.metric === (plan.metric === 'l2' ? 'l2' : 'ip') &&
    facts.trained &&
    facts.vectors === vectors &&
    facts.dimension === plan.dimension &&
    (plan.nlist === null || facts.nlist === null || facts.nlist === plan.nlist) &&
    (nprobe === null || facts.nprobe === null || facts.nprobe === nprobe);
  if (!asPlanned) throw checkFailed('it does not say what was written');
}

function checkFailed(why: string): VoronoiceError {
  return new VoronoiceError('INDEX_CHECK_FAILED', `The index was opened again after writing, and ${why}.`);
}

function recordOf(
  request: TrainRequest,
  { compression, expansion, origins }: Base,
  selection: SelectionReport | null,
): BuildRecord {
  return { format: 1, options: optionsOf(request), compression, expansion, selection, origins: [...origins] };
}

function optionsOf(request: TrainRequest): BuildOptions {
  const { recipe, factory, metric, nprobe, kFactor, compression, expansion } = request;
  return { recipe, factory, metric, nprobe, kFactor, compression, expansion, selection: request.selection };
}

/** An ordinary index says everything itself. */
function isWorthKeeping({ compression, expansion, selection, origins }: BuildRecord): boolean {
  return compression !== null || expansion !== null || selection !== null || origins.length > 0;
}

async function keepRecord(files: FileTransaction, path: string, record: BuildRecord): Promise<void> {
  const text = `${JSON.stringify(record, null, 2)}\n`;
  await files.move(await files.stage(path, (temporary) => writeFile(temporary, text, { flag: 'wx' })), path);
}

const MOST_NOTES = 200;

interface Noted {
  readonly plan: IndexPlan;
  readonly request: TrainRequest;
  readonly facts: Facts;
  readonly sources: Sources;
  readonly pieces: readonly Piece[];
  readonly nonFinite: Int32Array;
  readonly totalPath: string | null;
}

function notesOf({ plan, request, facts, sources, pieces, nonFinite, totalPath }: Noted): Note[] {
  const notes: Note[] = [];
  const [problem] = Host.options.flatMap((host) => hostProblems(facts, host));
  if (problem !== undefined || plan.metric === 'cosine' || mayEndHost(plan)) {
    const message =
      problem?.message ??
      (plan.metric === 'cosine'
        ? 'The vectors have norm 1; hosts need them at their own norms.'
        : 'With this refine factor FAISS 1.7.3, which RVC uses, may end the process while it searches.');
    notes.push({ code: 'FOR_STUDY', file: null, count: 1, message });
  }
  if (request.measure && !canMeasure(plan)) {
    const message = 'An index of this kind cannot be measured.';
    notes.push({ code: 'NOT_MEASURED', file: null, count: 1, message });
  }
  if (totalPath !== null) {
    const message = 'The shuffled features, as RVC keeps them.';
    notes.push({ code: 'TOTAL_FEA', file: totalPath, count: facts.vectors, message });
  }
  let end = 0;
  for (const { name, rows } of pieces) {
    const count = countBetween(nonFinite, end, (end += rows));
    const message = `${count} of ${rows} frames hold values that are no numbers and were left out.`;
    if (count > 0) notes.push({ code: 'NON_FINITE', file: name, count, message });
  }
  for (const { name, problem: reason } of sources.skipped) {
    notes.push({ code: 'SKIPPED', file: name, count: 1, message: reason.message });
  }
  if (notes.length <= MOST_NOTES) return notes;
  const more = notes.length - MOST_NOTES + 1;
  return [
    ...notes.slice(0, MOST_NOTES - 1),
    { code: 'SKIPPED', file: null, count: more, message: `And ${more} more files with remarks.` },
  ];
}

/** FastScan collects more than 20 candidates in a way that FAISS 1.7.3 may abort in (IndexIVFPQFastScan.cpp, implem 13). */
function mayEndHost({ factory, kFactor }: IndexPlan): boolean {
  return /x4fs/.test(factory) && kFactor !== null && NEIGHBORS * kFactor > 20;
}

function countBetween(ascending: Int32Array, start: number, end: number): number {
  return ascending.filter((row) => row >= start && row < end).length;
}
