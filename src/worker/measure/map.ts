import type { SearchStory, VoiceMap } from '@shared/contract/measurement';
import { blendWeights, closenessPerFrame, type Neighbors, ofFrames } from '@shared/domain/measures/measures';
import { NEIGHBORS } from '@shared/domain/rvc';
import { withoutSelf } from '@shared/domain/measures/selfMatch';
import { type Plane, principalPlane, project } from '@shared/domain/maths/plane';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import { exactNeighbors, storedBlocks } from './exact';
import type { Answers } from './reference';

/** Groups that fit on a picture; of more, the largest are drawn. */
const MOST_GROUPS = 5_000;
const NEAREST_GROUPS = 5;
const STORY_PROBES = 16;

/** The groups of an index as places on a plane. */
export interface GroupPlaces {
  readonly centroids: Matrix;
  readonly sizes: Int32Array;
  readonly plane: Plane;
  /** x and y of every group. */
  readonly places: Float32Array;
}

/**
 * Places every group by its centroid. With the plane of another index, so that both share their axes.
 *
 * @returns null for an index without groups. The caller closes the centroids.
 */
export async function placeGroups(index: Index, seed: number, shared: Plane | null): Promise<GroupPlaces | null> {
  const { nlist } = index.describe();
  if (nlist === null) return null;
  const centroids = await onEngine(() => index.centroids());
  const rows = centroids.toFloat32Array();
  const fits = shared !== null && shared.mean.length === centroids.columns;
  const plane = fits ? shared : principalPlane(rows, centroids.columns, seed);
  return { centroids, sizes: index.listSizes(), plane, places: project(rows, centroids.columns, plane) };
}

/** The map: each group with its size and the groups truly nearest to it. */
export async function drawMap(engine: Engine, { centroids, sizes, plane, places }: GroupPlaces): Promise<VoiceMap> {
  const width = NEAREST_GROUPS + 1;
  const { distances, labels } = await onEngine(() => engine.knn(centroids, centroids, width));
  const lists = Array.from(sizes, (_, list) => list);
  if (lists.length > MOST_GROUPS) {
    lists.sort((left, right) => (sizes[right] ?? 0) - (sizes[left] ?? 0)).length = MOST_GROUPS;
  }
  return {
    explained: plane.explained,
    groups: lists.map((list) => ({
      list,
      x: places[list * 2] ?? 0,
      y: places[list * 2 + 1] ?? 0,
      size: sizes[list] ?? 0,
      origin: null,
      nearest: Array.from(labels.subarray(list * width, (list + 1) * width), (label, place) => ({
        list: label,
        distance: distances[list * width + place] ?? 0,
      }))
        .filter((other) => other.list >= 0 && other.list !== list)
        .slice(0, NEAREST_GROUPS),
    })),
  };
}

/** The search of one frame, and the ids behind it. */
export interface ToldStory {
  readonly story: SearchStory;
  /** Place among the frames that ask. */
  readonly frame: number;
  /** In the order of the story. */
  readonly found: Int32Array;
  readonly truth: Int32Array;
}

interface Told {
  readonly narrow: Neighbors;
  readonly stored: Neighbors;
  readonly nprobe: number;
  readonly contents: Neighbors | null;
}

/**
 * One real frame, searched step by step: the one that gains most from a wider search, because it shows best what the
 * width is for; null where frames and groups cannot be drawn together.
 *
 * @param narrow What the narrowest search found for every frame, and `stored` what the stored one did.
 * @param contents What exact search over the index finds for every frame, by its ids; null where that is not known.
 */
export async function tellStory(
  engine: Engine,
  index: Index,
  answers: Answers,
  { centroids, sizes, plane }: GroupPlaces,
  { narrow, stored, nprobe, contents }: Told,
  signal: AbortSignal,
): Promise<ToldStory | null> {
  const {
    frames: { matrix },
    neighbors: answered,
    reference,
  } = answers;
  // Behind a transform the groups lie in a space of its own, and no frame has a place in it.
  if (centroids.columns !== matrix.columns) return null;
  // Of vectors with names of their own only distances count here.
  const before = closenessPerFrame(narrow, answered);
  const after = closenessPerFrame(stored, answered);
  const gain = after.map((recall, frame) => recall - (before[frame] ?? 0));
  const frame = gain.indexOf(Math.max(...gain));
  const row = matrix.toFloat32Array(frame, 1);
  const [x, y] = project(row, matrix.columns, plane);

  const listOf = listOfRow(index);
  const known = contents ?? (reference === 'itself' ? answered : null);
  const truth =
    known === null ? await nearestStored(engine, index, answers, frame, signal) : ofFrames(known, Int32Array.of(frame));
  const probed = await onEngine(() => engine.knn(row, centroids, Math.min(STORY_PROBES, centroids.rows)));
  const weights = new Float32Array(NEIGHBORS);
  blendWeights(weights, stored.distances, stored.labels, frame);
  const neighborsOf = (
    { labels, distances }: Neighbors,
    first: number,
  ): { id: number; list: number; distance: number; weight: number }[] =>
    Array.from(labels.subarray(first, first + NEIGHBORS), (id, place) => ({
      id,
      list: id < 0 ? -1 : (listOf[id] ?? -1),
      distance: distances[first + place] ?? 0,
      weight: weights[place] ?? 0,
    })).filter(({ list }) => list >= 0);
  const found = neighborsOf(stored, frame * NEIGHBORS);
  const nearest = neighborsOf(truth, 0);

  return {
    story: {
      x: x ?? 0,
      y: y ?? 0,
      nprobe,
      probes: Array.from(probed.labels, (list, place) => ({
        list,
        distance: probed.distances[place] ?? 0,
        size: sizes[list] ?? 0,
      })),
      found: found.map(({ list, distance, weight }) => ({ list, distance, weight })),
      truth: nearest.map(({ list, distance }) => ({ list, distance })),
    },
    frame,
    found: Int32Array.from(found, ({ id }) => id),
    truth: Int32Array.from(nearest, ({ id }) => id),
  };
}

/** The truly nearest of what the index stores: of all its groups, where searching them compares whole vectors. */
async function nearestStored(
  engine: Engine,
  index: Index,
  { frames: { matrix }, copies, limits }: Answers,
  frame: number,
  signal: AbortSignal,
): Promise<Neighbors> {
  const one = await onEngine(() => matrix.gather(Int32Array.of(frame)));
  try {
    const k = NEIGHBORS + copies;
    const { type, nlist } = index.describe();
    if (type === 'IndexIVFFlat' && nlist !== null) {
      const found = await onEngine(() => index.search(one, k, { nprobe: nlist, signal }));
      return withoutSelf(found, k, limits.subarray(frame, frame + 1)).neighbors;
    }
    const asked = await exactNeighbors(engine, one, storedBlocks(index, signal), k, signal, () => undefined);
    return withoutSelf(asked, k, limits.subarray(frame, frame + 1)).neighbors;
  } finally {
    one.close();
  }
}

function listOfRow(index: Index): Int32Array {
  const { ntotal, nlist } = index.describe();
  const lists = new Int32Array(ntotal);
  for (let list = 0; list < (nlist ?? 0); list++) for (const id of index.listIds(list)) lists[id] = list;
  return lists;
}
