import { join } from 'node:path';
import { NOTHING_LEFT_OUT } from '@shared/contract/build';
import { VoronoiceError } from '@shared/contract/errors';
import type { TrainRequest, TrainResult } from '@shared/jobs/train';
import { DEFAULT_HOST, HOSTS } from '@shared/domain/hosts';
import { usableName } from '@shared/domain/hosts/names';
import { builtRelation } from '@shared/domain/measures/relation';
import { requirePlan } from '@shared/domain/recipes/buildProblem';
import { plannedBytes, scratchBytes } from '@shared/domain/recipes/forecast';
import { choosesNprobe, type IndexPlan, isMeasurable, isRounded, planIndex } from '@shared/domain/recipes/plan';
import { RECIPES } from '@shared/domain/recipes/recipes';
import { versionOf } from '@shared/domain/rvc';
import { type JobContext, throwIfCancelled, within } from '../context';
import type { Engine } from '../engine';
import { type FileTransaction, requireFreeSpace, transaction } from '../files/atomic';
import { plannedPath, requireVoiceName } from '../files/paths';
import { keysOf } from '../measure/keys';
import { conclude, observe, traceIndex } from '../measure/measureIndex';
import { checkSource } from '../measure/source';
import { Resources } from '../resources';
import { builtMoments, traceBuilt } from '../sound/built';
import { keepTrace, tracePath } from '../sound/traceFile';
import { arrangeFor, layOut, rowsWithout } from '../steps/arrange';
import { chooseNprobe, setSearch } from '../steps/chooseNprobe';
import { leaveOut, type LeftOut } from '../steps/leaveOut';
import { chosenFiles, closeSources, loadMaterial, oneOfEach, openSources, type Sources } from '../steps/load';
import { repeatedSources } from '../steps/repeated';
import { askForTruth } from '../steps/measure';
import { notesOf } from '../steps/notes';
import { appear, requireNamesFree, stage, targetsOf } from '../steps/publish';
import { isWorthKeeping, recordOf } from '../steps/record';
import { completeDraft, fillDrafts, groupDrafts, isIndexedAsItIs, makeWholeAndTrial } from '../steps/trial';
import { stopwatch } from '../stopwatch';

/**
 * Builds an index: reads the frames, leaves some out, shuffles them, compresses or expands them where that is asked for,
 * groups them by k-means, adds them, chooses how many groups a search looks into, measures, writes the file beside its
 * final name, opens it again, and only then lets it appear.
 *
 * The shuffle, the number of groups and the batches are RVC's (train_index.py). A recipe of ours keeps some files apart:
 * they ask a trial without them, and the index holds every frame with ids 0..N-1 whatever they answer. Of several voices
 * the rows of each stay together.
 *
 * @throws `NO_FEATURES`, `FEATURES_…`, `NPY_…`, `SOURCES_DIFFER`, `FACTORY_INVALID`, `CLUSTERS_TOO_MANY`,
 *   `NEIGHBORS_TOO_MANY`, `ZERO_VECTORS`, `SELECTION_EMPTY`, `FILE_EXISTS`, `DISK_FULL`, `FOLDER_READ_ONLY`,
 *   `FILE_CHANGED`, `OUT_OF_MEMORY`, `ENGINE_…`, `INDEX_CHECK_FAILED`, `JOB_CANCELLED`; whatever it is, nothing is left
 *   behind
 */
export async function train(request: TrainRequest, context: JobContext<'train'>): Promise<TrainResult> {
  const sources = await openSources(request.sources, context, request.selection ?? NOTHING_LEFT_OUT);
  const resources = new Resources();
  try {
    const name = request.name ?? nameOf(request, sources);
    requireVoiceName(name);
    requirePlan({ options: request, frames: sources.frames, dimension: sources.dimension });
    const out = await plannedPath(request.out);
    return await transaction(async (files) => {
      await files.folder(out);
      await requireFreeSpace(out, expectedBytes(request, sources));
      return await build({ request, sources, name, out, files, resources, engine: await context.engine() }, context);
    });
  } finally {
    resources.close();
    closeSources(sources);
  }
}

interface Building {
  readonly request: TrainRequest;
  readonly sources: Sources;
  readonly name: string;
  readonly out: string;
  readonly files: FileTransaction;
  readonly resources: Resources;
  readonly engine: Engine;
}

async function build(
  { request, sources, name, out, files, resources, engine }: Building,
  context: JobContext<'train'>,
): Promise<TrainResult> {
  const { seed, selection, memoryLimit, totalFea } = request;
  const { names, features } = sources;
  const time = stopwatch();
  const room = { memoryLimit, scratch: join(out, 'frames') };
  const material = await loadMaterial(engine, sources, room, context);
  const { matrix: frames, pieces } = material;
  resources.hold(frames);
  const read = time.lap();

  let known: Float64Array | null = null;
  // Most builds of one source need none of them.
  const keys = (): Float64Array => (known ??= keysOf(frames));
  const repeated = repeatedSources(pieces, keys, names);

  const weights = request.sources.map(({ weight }) => weight);
  const left = await leaveOut(engine, material, { selection, weights, seed }, context);
  requireFrames(frames.rows, left, pieces.length);
  const plan = requirePlan({ options: request, frames: frames.rows - left.rows.length, dimension: frames.columns });
  const target = { out, totalFea, name: (nprobe: number | null) => fileName(request, name, plan, nprobe) };
  await requireNamesFree(target, plan);
  const rows = arrangeFor(plan, pieces, { dropped: left.rows, keys, seed });
  const asking = await layOut(material, rows, plan, seed, context);
  if (asking !== null) resources.hold(asking.matrix);
  throwIfCancelled(context.signal);
  const vectors = await makeWholeAndTrial(engine, frames, { plan, rows, names, seed, room }, resources, context);
  const prepare = time.lap();

  const drafts = await groupDrafts(engine, plan, vectors, resources, context);
  const grouped = time.lap();
  const isAsked = isMeasurable(plan) && (request.measure || choosesNprobe(plan));
  // total_fea.npy is written of them, and where no truth can be known stored vectors ask.
  const discard = !totalFea && (isAsked || !choosesNprobe(plan));
  await fillDrafts(drafts, vectors, discard, context);
  const filled = time.lap();

  const measuring = within(context, 'measure', (fraction) => context.progress('measure', fraction, 1));
  const others = features === null ? null : chosenFiles(features, (file) => !rows.apart.has(file));
  const without = rowsWithout(pieces, rows.apart, new Set([...left.surplus, ...rows.copies]));
  const trial = { engine, index: drafts.trial, seed };
  const isFeatures = isIndexedAsItIs(plan) && !isRounded(plan) && left.selection === null;
  const asked = isAsked
    ? await askForTruth({ ...trial, asking, features: others, without, isFeatures }, measuring)
    : null;
  if (asked !== null) resources.hold(asked.answers);
  const searchable = { ...trial, ...vectors.trial, asking: asking?.matrix ?? null, asked, whole: plan };
  const { nprobe, coverage, curve } = await chooseNprobe(searchable, plan, seed, measuring);
  setSearch(drafts.whole, plan, nprobe);
  const seen =
    request.measure && asked !== null
      ? await observe(engine, drafts.trial, asked.answers, { ...asked, curve, nprobes: [], plane: null }, measuring)
      : null;
  const source = seen === null || features === null ? null : await checkSource(engine, features, context.signal);
  const measured = time.lap();

  const index = await completeDraft(drafts, vectors, discard, context);
  const added = time.lap();

  const { whole } = vectors;
  const record = recordOf(request, whole, left.selection);
  const expected = { plan, vectors: whole.rows, nprobe };
  const kept = isWorthKeeping(record) ? record : null;
  const staging = {
    targets: targetsOf(target, nprobe),
    index,
    vectors: whole.matrix,
    record: kept,
    expected,
    of: oneOfEach(sources),
  };
  const staged = await stage(files, staging, context);
  const { facts, ids, bytes, hash } = staged;
  const built = features === null ? null : { drafts, whole, rows, pieces, names, features };
  const trace = request.traces === null || built === null ? null : await traceBuilt(engine, built, context.signal);
  const moments =
    seen === null || built === null || trace === null
      ? null
      : await builtMoments(engine, built, seen, trace, context.signal);
  const measurement =
    seen === null
      ? null
      : conclude(seen, {
          facts,
          ids,
          bytes,
          hash,
          source,
          relation: features === null ? null : builtRelation(record, facts.vectors, isRounded(plan)),
          expansion: whole.expansion?.strength ?? null,
          moments,
          origins: whole.origins.length > 0 && plan.nlist !== null ? traceIndex(index, whole.origins) : null,
        });
  throwIfCancelled(context.signal);
  await appear(files, staged, expected);
  if (request.traces !== null && trace !== null) {
    await keepTrace(tracePath(request.traces, hash), trace, context.log);
  }
  context.progress('check', 2, 2);

  const { index: path, totalFea: totalPath } = staging.targets;
  return {
    index: path,
    vectors: whole.rows,
    dimension: plan.dimension,
    version: versionOf(plan.dimension),
    nlist: plan.nlist,
    nprobe,
    metric: facts.metric,
    factory: plan.factory,
    bytes,
    lists: facts.lists,
    coverage,
    record,
    measurement,
    notes: notesOf({
      plan,
      facts,
      sources,
      pieces,
      unusable: left.unusable,
      repeated,
      measure: request.measure,
      totalFea: totalPath,
    }),
    seconds: {
      read,
      prepare,
      train: grouped,
      add: filled + added,
      measure: measured,
      write: time.lap(),
      total: time.total(),
    },
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** Of the voices it is made of, and of the speaker, where it is of one of several. */
function nameOf({ selection }: TrainRequest, { names }: Sources): string {
  return usableName([...names, ...(selection?.speaker === undefined ? [] : [selection.speaker])].join('-'));
}

function requireFrames(all: number, { rows, unusable, selection }: LeftOut, files: number): void {
  if (all > rows.length) return;
  throw selection === null
    ? new VoronoiceError('FEATURES_EMPTY', `None of the ${all} frames holds usable numbers.`, {
        frames: 0,
        nonFinite: unusable.nonFinite.length,
        files,
      })
    : new VoronoiceError('SELECTION_EMPTY', 'Nothing is left of the frames by this selection.', {
        frames: selection.frames,
      });
}

function fileName(request: TrainRequest, name: string, plan: IndexPlan, nprobe: number | null): string {
  const host = HOSTS[RECIPES[request.recipe].host ?? DEFAULT_HOST];
  return host.indexName({ factory: plan.factory, nprobe, name, version: versionOf(plan.dimension) });
}

function expectedBytes(request: TrainRequest, { frames, dimension }: Sources): number {
  const plan = planIndex({ options: request, frames, dimension });
  const raw = plan.vectors * dimension * 4;
  const scratch = scratchBytes(plan, frames * dimension * 4, request.memoryLimit);
  return (plannedBytes(plan) ?? raw) + (request.totalFea ? raw : 0) + scratch;
}
