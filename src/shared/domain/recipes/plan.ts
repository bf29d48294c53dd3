import type { BuildOptions, Compression, Expansion, Metric } from '@shared/contract/build';
import type { RecipeId } from '@shared/contract/primitives';
import { readFactory } from '../factory/reading';
import { ADD_BATCH, cappedNlist, COMPRESS_ABOVE_FRAMES, HOST_CLUSTERS, NEIGHBORS, rvcNlist } from '../rvc';

/** The least nprobe that our recipes store: what it costs is not noticeable, and it is RVC realtime's safe range. */
const LEAST_NPROBE = 4;

/** Best match searches until this share of the true neighbors is found. */
const BEST_RECALL = 0.99;

/** Small and fast keeps one vector for this many frames, up to the hosts' 10,000, each number rounded to a byte. */
const SMALL_FRAMES_PER_VECTOR = 2;

const MAX_NPROBE = 65_536;

/** How an index is to be built. */
export interface IndexPlan {
  readonly recipe: RecipeId;
  /** FAISS factory string. */
  readonly factory: string;
  readonly metric: Metric;
  readonly dimension: number;
  /** Vectors to be indexed: the frames, or the centers that k-means makes of them (a few may turn out unused). */
  readonly vectors: number;
  readonly compression: Compression | null;
  readonly expansion: Expansion | null;
  /** Null for an index without inverted lists, or of a kind that only FAISS understands. */
  readonly nlist: number | null;
  /** Null: to be chosen from `nprobeCandidates` by what the held-out frames show, or there are no lists. */
  readonly nprobe: number | null;
  /** The least that may be stored, used as it is when nothing can be held out. */
  readonly minNprobe: number;
  /** Ascending, the last one searches every list or as many as can be stored. Empty when there is nothing to choose. */
  readonly nprobeCandidates: readonly number[];
  /** What the chosen nprobe must reach beside leaving no frame short of neighbors; null: nothing. */
  readonly targetRecall: number | null;
  readonly kFactor: number | null;
  /**
   * Whether some files are kept apart, to choose nprobe and to measure. The groups are learned without them, whether
   * there is anything to choose or to measure or not: measuring never changes what is built.
   */
  readonly holdOut: boolean;
  readonly addBatch: number;
}

export interface PlanInput {
  readonly options: BuildOptions;
  /** Frames that are finite and selected. */
  readonly frames: number;
  readonly dimension: number;
}

/** FAISS's guideline of 4 to 16 times the root of N, at its lower end: fewer and larger lists lose fewer neighbors. */
function bestNlist(vectors: number): number {
  return cappedNlist(vectors, Math.round(4 * Math.sqrt(vectors)));
}

/** The hosts' recipes learn from every frame and store nprobe 1; ours keep files apart and choose. */
export function isHostRecipe(recipe: RecipeId): recipe is 'rvc' | 'applio' {
  return recipe === 'rvc' || recipe === 'applio';
}

/**
 * Turns a recipe and what overrides it into a plan. `rvc` and `applio` follow their hosts' rules (RVC-WebUI
 * train_index.py, Applio extract_index.py): 10,000 centers above 200,000 frames, rvcNlist, `IVF{n},Flat`, L2, nprobe 1.
 * `balanced` builds the same lists of every frame and stores the smallest nprobe that leaves no held-out frame with a
 * missing neighbor, at least 4. `best` makes fewer lists and searches until 99 % of the true neighbors are found.
 * `small` keeps one center for two frames, at most 10,000, and rounds each number to a byte: of one size, rounded
 * vectors sound closer than fewer (docs/decisions/0010-recipes-by-measurement.md).
 */
export function planIndex({ options, frames, dimension }: PlanInput): IndexPlan {
  const { recipe, metric, expansion, kFactor } = options;
  const compression = compressionOf(options, frames);
  const vectors = compression === null ? frames : Math.min(frames, compression.clusters);
  const factory = options.factory ?? factoryOf(recipe, vectors);
  const nlist = nlistOf(factory, dimension);
  const minNprobe = nlist === null ? 1 : isHostRecipe(recipe) ? 1 : Math.min(LEAST_NPROBE, nlist);
  const nprobe = nlist === null ? null : fixedNprobe(recipe, nlist, minNprobe, options.nprobe);
  const choose = nlist !== null && nprobe === null;
  return {
    recipe,
    factory,
    metric,
    dimension,
    vectors,
    compression,
    expansion,
    nlist,
    nprobe,
    minNprobe,
    nprobeCandidates: choose ? nprobeCandidates(nlist) : [],
    targetRecall: choose && recipe === 'best' ? BEST_RECALL : null,
    kFactor,
    holdOut: !isHostRecipe(recipe),
    addBatch: ADD_BATCH,
  };
}

/** The measures are of squared L2 distances, as the hosts take them, and need the stored vectors back. */
export function isMeasurable({ metric, factory, dimension }: IndexPlan): boolean {
  const reading = readFactory(factory, dimension);
  return metric === 'l2' && reading.state === 'valid' && reading.reconstructable;
}

/** Whether it keeps less of each number than a frame has. */
export function isRounded({ factory, dimension }: IndexPlan): boolean {
  const reading = readFactory(factory, dimension);
  return reading.state === 'valid' && reading.codeBytes < dimension * 4;
}

function factoryOf(recipe: RecipeId, vectors: number): string {
  switch (recipe) {
    case 'best':
      return `IVF${bestNlist(vectors)},Flat`;
    case 'small':
      return `IVF${rvcNlist(vectors)},SQ8`;
    case 'balanced':
    case 'rvc':
    case 'applio':
      return `IVF${rvcNlist(vectors)},Flat`;
  }
}

function compressionOf({ recipe, compression }: BuildOptions, frames: number): Compression | null {
  if (compression === 'none') return null;
  if (compression !== null) return compression;
  switch (recipe) {
    case 'balanced':
    case 'best':
      return null;
    case 'small': {
      const clusters = Math.min(HOST_CLUSTERS, Math.floor(frames / SMALL_FRAMES_PER_VECTOR));
      return clusters < NEIGHBORS ? null : { clusters, method: 'minibatch' };
    }
    case 'rvc':
    case 'applio':
      return frames > COMPRESS_ABOVE_FRAMES ? { clusters: HOST_CLUSTERS, method: 'minibatch' } : null;
  }
}

function nlistOf(factory: string, dimension: number): number | null {
  const reading = readFactory(factory, dimension);
  return reading.state === 'valid' && reading.nprobe ? reading.nlist : null;
}

function fixedNprobe(recipe: RecipeId, nlist: number, minNprobe: number, asked: number | null): number | null {
  if (asked !== null) return Math.min(Math.max(1, asked), nlist);
  if (isHostRecipe(recipe)) return 1;
  // So few lists that all of them are searched: there is nothing to choose.
  return minNprobe === nlist ? nlist : null;
}

/** 4, 5, 6, 8, 10, 12, 16, then 24, 32, 48, 64 and so on, up to every list. */
function nprobeCandidates(nlist: number): number[] {
  const most = Math.min(nlist, MAX_NPROBE);
  const candidates = [4, 5, 6, 8, 10, 12];
  for (let power = 16; power < most; power *= 2) candidates.push(power, 1.5 * power);
  return [...candidates.filter((candidate) => candidate < most), most];
}
