import type { BuildOptions, Compression, Expansion, Metric } from '@shared/contract/build';
import type { RecipeId } from '@shared/contract/primitives';
import { readFactory } from '../factory/reading';
import { ADD_BATCH, COMPRESS_ABOVE_FRAMES, HOST_CLUSTERS, rvcNlist } from '../rvc';

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
  /** Null: to be chosen by what is measured (measures/searchWidth.ts), or there are no lists. */
  readonly nprobe: number | null;
  /** Where it is chosen: the smallest that suffices, or the largest that the budget allows. */
  readonly width: 'enough' | 'most';
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

/**
 * Vectors to a group of our own recipes, a third of RVC's: choosing a group costs a tenth of comparing with a vector, so
 * that for the same time a search of more and smaller groups finds more (docs/decisions/0010-recipes-by-measurement.md).
 */
const VECTORS_PER_GROUP = 13;

/** FAISS's guideline of 4 to 16 times the root of N, at its upper end, so that long voices are grouped in minutes. */
const GROUPS_PER_ROOT = 16;

/**
 * How frames are compressed where a person does not say how: as the host does, or by full k-means, which comes nearer in
 * less time (docs/decisions/0012-kmeans-of-our-own.md).
 *
 * @param recipe Null for compressing alone.
 */
export function usualCompression(recipe: RecipeId | null): Compression['method'] {
  return recipe !== null && isHostRecipe(recipe) ? 'minibatch' : 'kmeans';
}

/** Number of groups of our own recipes. */
export function ownNlist(vectors: number): number {
  const most = Math.floor(GROUPS_PER_ROOT * Math.sqrt(vectors));
  return Math.max(1, Math.min(most, Math.floor(vectors / VECTORS_PER_GROUP)));
}

/** The hosts' recipes learn from every frame and store nprobe 1; ours keep files apart and choose. */
export function isHostRecipe(recipe: RecipeId): recipe is 'rvc' | 'applio' {
  return recipe === 'rvc' || recipe === 'applio';
}

/**
 * Turns a recipe and what overrides it into a plan. `rvc` and `applio` follow their hosts' rules (RVC-WebUI
 * train_index.py, Applio extract_index.py): 10,000 centers above 200,000 frames, rvcNlist, `IVF{n},Flat`, L2, nprobe 1.
 * `balanced`, the recommended one, keeps every frame in more and smaller groups, and searches as few of them as suffice
 * (measures/searchWidth.ts). `best` searches as many as the budget allows, for a singer who is far from the voice.
 * `small` rounds each number to a byte, a third of the size: rounded vectors nearly sound the same, fewer do not
 * (docs/decisions/0010-recipes-by-measurement.md).
 */
export function planIndex({ options, frames, dimension }: PlanInput): IndexPlan {
  const { recipe, metric, expansion, kFactor } = options;
  const compression = compressionOf(options, frames);
  const vectors = compression === null ? frames : Math.min(frames, compression.clusters);
  const factory = options.factory ?? factoryOf(recipe, vectors);
  const nlist = nlistOf(factory, dimension);
  return {
    recipe,
    factory,
    metric,
    dimension,
    vectors,
    compression,
    expansion,
    nlist,
    nprobe: nlist === null ? null : fixedNprobe(recipe, nlist, options.nprobe),
    width: recipe === 'best' ? 'most' : 'enough',
    kFactor,
    holdOut: !isHostRecipe(recipe),
    addBatch: ADD_BATCH,
  };
}

/** Whether nprobe is yet to be chosen. */
export function choosesNprobe({ nlist, nprobe }: Pick<IndexPlan, 'nlist' | 'nprobe'>): boolean {
  return nlist !== null && nprobe === null;
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
    case 'balanced':
    case 'best':
      return `IVF${ownNlist(vectors)},Flat`;
    case 'small':
      return `IVF${ownNlist(vectors)},SQ8`;
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
    case 'small':
      return null;
    case 'rvc':
    case 'applio':
      return frames > COMPRESS_ABOVE_FRAMES ? { clusters: HOST_CLUSTERS, method: 'minibatch' } : null;
  }
}

function nlistOf(factory: string, dimension: number): number | null {
  const reading = readFactory(factory, dimension);
  return reading.state === 'valid' && reading.nprobe ? reading.nlist : null;
}

function fixedNprobe(recipe: RecipeId, nlist: number, asked: number | null): number | null {
  if (asked !== null) return Math.min(Math.max(1, asked), nlist);
  if (isHostRecipe(recipe)) return 1;
  return nlist === 1 ? 1 : null;
}
