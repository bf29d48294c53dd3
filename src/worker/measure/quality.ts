import { availableParallelism } from 'node:os';
import type { CurvePoint, Likeness, QualityPoint, SearchCost } from '@shared/contract/measurement';
import { imbalanceFactor } from '@shared/domain/measures/listSizes';
import { type Neighbors, normRatio, qualityPoint, rowDistances, rowNorms } from '@shared/domain/measures/measures';
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
/** Batches that are timed; more would take longer than they tell. */
const TIMED_BATCHES = 10;
/** Each of them so many times, one after the other, so that none finds its own groups still at hand. */
const TIMED_RUNS = 3;

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
  readonly points: readonly CurvePoint[];
  /** What was found at each point, by ids of the index. */
  readonly found: readonly Neighbors[];
  /** How far the blend of each frame lies from that of the true neighbors; NaN where nothing was found. */
  readonly differences: readonly Float32Array[];
}

/**
 * Quality and cost at each nprobe, held against the reference.
 *
 * @param copies The most copies that any of the asking frames has in the index.
 * @param nprobes Ascending. Null stands for an index without groups.
 */
export async function measureCurve(
  engine: Engine,
  index: Index,
  answers: Answers,
  { copies, nprobes }: { readonly copies: number; readonly nprobes: readonly (number | null)[] },
  context: StepContext<'curve' | 'cost'>,
): Promise<Curve> {
  const { signal, progress } = context;
  const found: Neighbors[] = [];
  const costs: SearchCost[] = [];
  for (const [position, nprobe] of nprobes.entries()) {
    progress('curve', position, nprobes.length);
    found.push(await search(index, answers, copies, nprobe, signal));
    costs.push(await time(index, answers.frames.matrix, nprobe, signal));
  }
  progress('curve', nprobes.length, nprobes.length);
  const timed = monotone(costs);
  const searched = searchedOf(index);

  const blender = await openStored(engine, index, found, signal);
  try {
    const points: CurvePoint[] = [];
    const differences: Float32Array[] = [];
    for (const [position, neighbors] of found.entries()) {
      throwIfCancelled(signal);
      progress('cost', position, found.length);
      const nprobe = nprobes[position] ?? null;
      const msPerSecond = timed[position];
      if (msPerSecond === undefined) throw new Error('Every nprobe is timed.');
      const held = await holdAgainst(answers, nprobe, neighbors, blender);
      points.push({ ...held.quality, msPerSecond, hostMs: hostSearchMs(searched, nprobe) });
      differences.push(held.differences);
    }
    progress('cost', found.length, found.length);
    return { points, found, differences };
  } finally {
    blender.close();
  }
}

/**
 * How near the contents of an index come to the reference, if all of them are searched.
 *
 * @param contents Null: they are the reference.
 */
export async function likenessOf(
  engine: Engine,
  index: Index,
  answers: Answers,
  contents: Contents | null,
  signal: AbortSignal,
): Promise<Likeness> {
  const likeness = async (neighbors: Neighbors, blender: Blender): Promise<Likeness> => {
    const { quality } = await holdAgainst(answers, null, neighbors, blender);
    const { recall, closeness, same, blend } = quality;
    return { recall, closeness, same, blend };
  };
  if (contents === null) return likeness(answers.neighbors, answers.blender);
  const blender = await openStored(engine, index, [contents.neighbors], signal);
  return likeness(contents.neighbors, blender).finally(() => blender.close());
}

/** What an index finds at an nprobe, batch by batch as a host asks; frames do not find themselves. */
async function search(
  index: Index,
  { frames: { matrix }, limits }: Answers,
  copies: number,
  nprobe: number | null,
  signal: AbortSignal,
): Promise<Neighbors> {
  // More than a host asks for only where some may have to be left out: a few types answer differently then.
  const k = NEIGHBORS + copies;
  const asked = { distances: new Float32Array(matrix.rows * k), labels: new Int32Array(matrix.rows * k) };
  for (let from = 0; from < matrix.rows; from += BATCH) {
    const count = Math.min(BATCH, matrix.rows - from);
    const options = { from, count, signal, ...(nprobe === null ? {} : { nprobe }) };
    const { distances, labels } = await onEngine(() => index.search(matrix, k, options));
    asked.distances.set(distances, from * k);
    asked.labels.set(labels, from * k);
  }
  return copies === 0 ? asked : withoutSelf(asked, k, limits).neighbors;
}

/** The best of several runs of each batch, on one thread and on all. The memory is warm: a host has searched before. */
async function time(index: Index, matrix: Matrix, nprobe: number | null, signal: AbortSignal): Promise<SearchCost> {
  const whole = Math.max(1, Math.min(TIMED_BATCHES, Math.floor(matrix.rows / BATCH)));
  const best = async (threads: number): Promise<{ p50: number; p95: number }> => {
    const least = new Float64Array(whole).fill(Infinity);
    for (let run = 0; run < TIMED_RUNS; run++) {
      for (let batch = 0; batch < whole; batch++) {
        const from = batch * BATCH;
        const count = Math.min(BATCH, matrix.rows - from);
        const options = { from, count, threads, signal, ...(nprobe === null ? {} : { nprobe }) };
        const start = performance.now();
        await onEngine(() => index.search(matrix, NEIGHBORS, options));
        least[batch] = Math.min(least[batch] ?? Infinity, ((performance.now() - start) * BATCH) / count);
      }
    }
    return { p50: quantile(least, 0.5), p95: quantile(least, 0.95) };
  };
  return { oneThread: await best(1), allThreads: await best(availableParallelism()) };
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

async function openStored(
  engine: Engine,
  index: Index,
  found: readonly Neighbors[],
  signal: AbortSignal,
): Promise<Blender> {
  const rows = uniqueLabels(found);
  return openBlender(await storedRows(engine, index, rows, signal), rows);
}

/** Holds what was found against the true neighbors: which of them, how near, and what would be blended of them. */
async function holdAgainst(
  { frames, limits, neighbors: truth, blender: trueVectors, blends }: Answers,
  nprobe: number | null,
  found: Neighbors,
  blender: Blender,
): Promise<{ readonly quality: QualityPoint; readonly differences: Float32Array }> {
  const { matrix, runs, step, seed } = frames;
  const dimension = matrix.columns;
  const norms = new Float32Array(matrix.rows);
  const differences = new Float32Array(matrix.rows);
  const labels = new Int32Array(found.labels.length);
  await blender.blend(found, async (from, part, vectors) => {
    const count = part.length / dimension;
    norms.set(rowNorms(part, dimension), from);
    differences.set(
      rowDistances(part, blends.subarray(from * dimension, from * dimension + part.length), dimension),
      from,
    );
    const cells = NEIGHBORS * dimension;
    const known = await trueVectors.vectors(truth, from, from + count);
    for (let row = 0; row < count; row++) {
      const frame = from + row;
      renamed(
        labels.subarray(frame * NEIGHBORS, (frame + 1) * NEIGHBORS),
        found,
        truth,
        frame * NEIGHBORS,
        vectors.subarray(row * cells, (row + 1) * cells),
        known.subarray(row * cells, (row + 1) * cells),
        limits[frame] ?? 0,
      );
    }
  });
  const quality = qualityPoint({
    nprobe,
    found: { distances: found.distances, labels },
    truth,
    runs,
    differences,
    step,
    normRatio: normRatio(norms, await onEngine(() => matrix.norms())),
    seed,
  });
  return { quality, differences };
}
