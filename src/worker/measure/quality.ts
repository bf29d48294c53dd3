import { setImmediate } from 'node:timers/promises';
import type { Likeness, QualityPoint, SearchCost, UntimedPoint } from '@shared/contract/measurement';
import { imbalanceFactor } from '@shared/domain/measures/listSizes';
import {
  type Neighbors,
  normRatio,
  ofFrames,
  qualityPoint,
  rowDistances,
  rowNorms,
} from '@shared/domain/measures/measures';
import { hostSearchMs, neverFalling, type Searched } from '@shared/domain/measures/searchTime';
import { renamed, USUAL_COPIES, withoutSelf } from '@shared/domain/measures/selfMatch';
import { quantile } from '@shared/domain/maths/statistics';
import { FRAMES_PER_SECOND, NEIGHBORS } from '@shared/domain/rvc';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import { type StepContext, throwIfCancelled } from '../context';
import { type Blender, openBlender, uniqueLabels } from './blends';
import { exactNeighbors, storedBlocks, storedRows } from './exact';
import type { Answers } from './reference';

/** A host looks at the frames of a second together. */
const BATCH = FRAMES_PER_SECOND;
/** Each batch is timed so many times, one after the other, so that none finds its own groups still at hand. */
const TIMED_RUNS = 2;
/** What takes longer is timed once: whatever comes in between is little beside it. */
const LONG_MS = 5;
/** Batches that are timed: more would take longer than they tell, and of fewer the slowest would tell nothing. */
const TIMED_BATCHES = { least: 4, most: 6 };
/** What all of them may take, unless they are the fewest. */
const TIMED_MS = 20;

/** So many groups take about as long to search as all that does not depend on their number. */
const GROUPS_AS_THE_REST = 64;
/** Searching at all nprobe together takes about as long as this many of the times that follow. */
const SEARCHES = 2;

/** How long it takes to time searches at each nprobe, in any unit. */
function timeOfSearches(nprobes: readonly (number | null)[]): number {
  return nprobes.reduce<number>((sum, nprobe) => sum + 1 + (nprobe ?? 0) / GROUPS_AS_THE_REST, 0);
}

/** What exact search over an index finds, whatever its nprobe. */
export interface Contents {
  readonly neighbors: Neighbors;
  /** The most copies that any of the asking frames has in the index. */
  readonly copies: number;
}

/** Exact search over the stored vectors; frames that are stored themselves do not find themselves. */
export async function askContents(
  engine: Engine,
  index: Index,
  { frames: { matrix }, limits }: Pick<Answers, 'frames' | 'limits'>,
  { signal, progress }: Pick<StepContext<'truth'>, 'signal' | 'progress'>,
): Promise<Contents> {
  const { ntotal } = index.describe();
  const k = NEIGHBORS + USUAL_COPIES;
  const asked = await exactNeighbors(engine, matrix, storedBlocks(index, signal), k, signal, (done) =>
    progress('truth', done, ntotal),
  );
  const { neighbors, copies } = withoutSelf(asked, k, limits);
  return { neighbors, copies: Math.max(0, ...copies) };
}

export interface Curve {
  /** Ascending in nprobe. */
  readonly points: readonly UntimedPoint[];
  /** What was found at each point, by ids of the index. */
  readonly found: readonly Neighbors[];
  /** How far the blend of each frame lies from that of the true neighbors; NaN where nothing was found. */
  readonly differences: readonly Float32Array[];
}

/**
 * Quality at each nprobe, held against the reference.
 *
 * @param copies The most copies that any of the asking frames has in the index.
 * @param nprobes Ascending. Null stands for an index without groups.
 */
export async function measureCurve(
  index: Index,
  answers: Answers,
  { copies, nprobes }: { readonly copies: number; readonly nprobes: readonly (number | null)[] },
  { signal, progress }: StepContext<'curve'>,
): Promise<Curve> {
  const parts = SEARCHES + nprobes.length;
  progress('curve', 0, parts);
  const found = await search(index, answers, { copies, nprobes }, signal, (fraction) =>
    progress('curve', fraction * SEARCHES, parts),
  );
  const searched = searchedOf(index);

  const blender = await openStored(index, found, signal);
  const points: UntimedPoint[] = [];
  const differences: Float32Array[] = [];
  let held: Held | null = null;
  for (const [position, neighbors] of found.entries()) {
    // What follows is no call of the engine, and a cancel is heard only in between.
    await setImmediate();
    throwIfCancelled(signal);
    progress('curve', SEARCHES + position, parts);
    const nprobe = nprobes[position] ?? null;
    held = holdAgainst(answers, neighbors, blender, held);
    points.push({ ...(await qualityOf(answers, nprobe, held)), hostMs: hostSearchMs(searched, nprobe) });
    differences.push(held.differences);
  }
  progress('curve', parts, parts);
  return { points, found, differences };
}

/**
 * What a search costs at each nprobe, timed here.
 *
 * @param nprobes Ascending. Null stands for an index without groups.
 * @returns costs that never fall while nprobe rises
 */
export async function timeSearches(
  index: Index,
  frames: Matrix,
  nprobes: readonly (number | null)[],
  { signal, progress }: StepContext<'cost'>,
): Promise<readonly SearchCost[]> {
  const costs: SearchCost[] = [];
  for (const [position, nprobe] of nprobes.entries()) {
    progress('cost', timeOfSearches(nprobes.slice(0, position)), timeOfSearches(nprobes));
    costs.push(await time(index, frames, nprobe, signal));
  }
  progress('cost', 1, 1);
  return monotone(costs);
}

/**
 * How near the contents of an index come to the reference, if all of them are searched.
 *
 * @param contents Null: they are the reference.
 */
export async function likenessOf(
  index: Index,
  answers: Answers,
  contents: Contents | null,
  signal: AbortSignal,
): Promise<Likeness> {
  const neighbors = contents?.neighbors ?? answers.neighbors;
  const blender = contents === null ? answers.blender : await openStored(index, [neighbors], signal);
  const { recall, closeness, same, blend } = await qualityOf(
    answers,
    null,
    holdAgainst(answers, neighbors, blender, null),
  );
  return { recall, closeness, same, blend };
}

/** What an index finds at each nprobe; frames do not find themselves. */
async function search(
  index: Index,
  { frames: { matrix }, limits }: Answers,
  { copies, nprobes }: { readonly copies: number; readonly nprobes: readonly (number | null)[] },
  signal: AbortSignal,
  report: (fraction: number) => void,
): Promise<readonly Neighbors[]> {
  // More than a host asks for only where some may have to be left out: a few types answer differently then.
  const k = NEIGHBORS + copies;
  const options = { signal, onProgress: (done: number, total: number) => report(done / total) };
  const widths = nprobes.filter((nprobe) => nprobe !== null);
  const asked = await onEngine(async () =>
    widths.length < nprobes.length
      ? [await index.search(matrix, k, options)]
      : await index.searchWidths(matrix, k, widths, options),
  );
  return copies === 0 ? asked : asked.map((found) => withoutSelf(found, k, limits).neighbors);
}

/**
 * The best of the runs of each batch, on one thread as hosts search; on all threads, which is told only where figures
 * are read by programs, of one run of the fewest batches. The memory is warm: a host has searched before.
 */
async function time(index: Index, matrix: Matrix, nprobe: number | null, signal: AbortSignal): Promise<SearchCost> {
  const whole = Math.max(1, Math.floor(matrix.rows / BATCH));
  const { least } = TIMED_BATCHES;
  const best = async (
    threads: number | null,
    most: { runs: number; batches: number },
  ): Promise<{ p50: number; p95: number }> => {
    const once = async (batch: number): Promise<number> => {
      const from = batch * BATCH;
      const count = Math.min(BATCH, matrix.rows - from);
      const options = {
        from,
        count,
        signal,
        ...(threads === null ? {} : { threads }),
        ...(nprobe === null ? {} : { nprobe }),
      };
      const start = performance.now();
      await onEngine(() => index.search(matrix, NEIGHBORS, options));
      return ((performance.now() - start) * BATCH) / count;
    };
    const first = await once(0);
    const runs = first > LONG_MS ? 1 : most.runs;
    const batches = Math.min(whole, most.batches, Math.max(least, Math.floor(TIMED_MS / runs / first)));
    const shortest = new Float64Array(batches).fill(Infinity);
    shortest[0] = first;
    for (let run = 0; run < runs; run++) {
      for (let batch = run === 0 ? 1 : 0; batch < batches; batch++) {
        shortest[batch] = Math.min(shortest[batch] ?? Infinity, await once(batch));
      }
    }
    return { p50: quantile(shortest, 0.5), p95: quantile(shortest, 0.95) };
  };
  return {
    oneThread: await best(1, { runs: TIMED_RUNS, batches: TIMED_BATCHES.most }),
    allThreads: await best(null, { runs: 1, batches: least }),
  };
}

function monotone(costs: readonly SearchCost[]): readonly SearchCost[] {
  const level = (read: (cost: SearchCost) => number): readonly number[] => neverFalling(costs.map(read));
  const [one50, one95] = [level(({ oneThread }) => oneThread.p50), level(({ oneThread }) => oneThread.p95)];
  const [all50, all95] = [level(({ allThreads }) => allThreads.p50), level(({ allThreads }) => allThreads.p95)];
  return costs.map((_, place) => ({
    oneThread: { p50: one50[place] ?? 0, p95: one95[place] ?? 0 },
    allThreads: { p50: all50[place] ?? 0, p95: all95[place] ?? 0 },
  }));
}

/** What the time of a search of this index depends on. */
export function searchedOf(index: Index): Searched {
  const { type, ntotal, dimension, nlist } = index.describe();
  return {
    type,
    vectors: ntotal,
    dimension,
    nlist,
    imbalance: nlist === null ? 1 : imbalanceFactor(index.listSizes()),
  };
}

async function openStored(index: Index, found: readonly Neighbors[], signal: AbortSignal): Promise<Blender> {
  const rows = uniqueLabels(found);
  return openBlender(await storedRows(index, rows, signal), rows);
}

/** What was found, held against the true neighbors frame by frame. */
interface Held {
  readonly found: Neighbors;
  /** By the names of the true neighbors, where they are the same vectors. */
  readonly labels: Int32Array;
  /** L2 norms of the blends. */
  readonly norms: Float32Array;
  /** How far the blend lies from that of the true neighbors; NaN where nothing was found. */
  readonly differences: Float32Array;
}

/**
 * Holds what was found against the true neighbors: which of them, and what would be blended of them.
 *
 * @param before The same of another search: frames that found the same there are not looked at again.
 */
function holdAgainst(
  { frames, limits, neighbors: truth, blender: trueVectors, blends }: Answers,
  found: Neighbors,
  blender: Blender,
  before: Held | null,
): Held {
  const dimension = frames.matrix.columns;
  const labels = before?.labels.slice() ?? new Int32Array(found.labels.length);
  const norms = before?.norms.slice() ?? new Float32Array(frames.matrix.rows);
  const differences = before?.differences.slice() ?? new Float32Array(frames.matrix.rows);
  const changed = changedFrames(found, before?.found ?? null);
  const [others, known] = [ofFrames(found, changed), ofFrames(truth, changed)];
  blender.blend(others, (from, part, vectors) => {
    const count = part.length / dimension;
    const partNorms = rowNorms(part, dimension);
    const trueRows = trueVectors.vectors(known, from, from + count);
    const cells = NEIGHBORS * dimension;
    for (let row = 0; row < count; row++) {
      const frame = changed[from + row] ?? 0;
      const own = part.subarray(row * dimension, (row + 1) * dimension);
      norms[frame] = partNorms[row] ?? 0;
      differences.set(rowDistances(own, blends.subarray(frame * dimension, (frame + 1) * dimension), dimension), frame);
      renamed(
        labels.subarray(frame * NEIGHBORS, (frame + 1) * NEIGHBORS),
        found,
        truth,
        frame * NEIGHBORS,
        vectors.subarray(row * cells, (row + 1) * cells),
        trueRows.subarray(row * cells, (row + 1) * cells),
        limits[frame] ?? 0,
      );
    }
  });
  return { found, labels, norms, differences };
}

/** Frames that found anything else, or at another distance; all of them where there is nothing before. */
function changedFrames({ labels, distances }: Neighbors, before: Neighbors | null): Int32Array {
  const frames = Int32Array.from({ length: labels.length / NEIGHBORS }, (_, frame) => frame);
  if (before === null) return frames;
  return frames.filter((frame) => {
    for (let cell = frame * NEIGHBORS; cell < (frame + 1) * NEIGHBORS; cell++) {
      if (labels[cell] !== before.labels[cell] || distances[cell] !== before.distances[cell]) return true;
    }
    return false;
  });
}

async function qualityOf(
  { frames: { matrix, runs, step, seed }, neighbors: truth }: Answers,
  nprobe: number | null,
  { found, labels, norms, differences }: Held,
): Promise<QualityPoint> {
  return qualityPoint({
    nprobe,
    found: { distances: found.distances, labels },
    truth,
    runs,
    differences,
    step,
    normRatio: normRatio(norms, await onEngine(() => matrix.norms())),
    seed,
  });
}
