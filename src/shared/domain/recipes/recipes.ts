import type { Compression } from '@shared/contract/build';
import type { Host, RecipeId } from '@shared/contract/primitives';
import { COMPRESS_ABOVE_FRAMES, HOST_CLUSTERS, rvcNlist } from '../rvc';

/** What a recipe decides of an index where a person does not. */
export interface Recipe {
  /** The host that builds so; null: one of our own. */
  readonly host: Host | null;
  /** FAISS factory string for this many vectors. */
  readonly factory: (vectors: number) => string;
  /** Whether this many frames are compressed before, and how. */
  readonly compression: (frames: number) => Compression | null;
  /** How frames are compressed where a person asks for it. */
  readonly compressBy: Compression['method'];
  /** Null: chosen by what is measured (measures/searchWidth.ts). */
  readonly nprobe: number | null;
  /** Where it is chosen: the smallest that suffices, or the largest that the budget allows. */
  readonly width: 'enough' | 'most';
  /**
   * Whether some files are kept apart, to choose nprobe and to measure. The groups are learned without them, whether
   * there is anything to choose or to measure or not: measuring never changes what is built.
   */
  readonly holdOut: boolean;
}

/**
 * Vectors to a group of our own recipes, a third of RVC's: choosing a group costs a tenth of comparing with a vector, so
 * that for the same time a search of more and smaller groups finds more (docs/decisions/0010-recipes-by-measurement.md).
 */
const VECTORS_PER_GROUP = 13;

/** FAISS's guideline of 4 to 16 times the root of N, at its upper end, so that long voices are grouped in minutes. */
const GROUPS_PER_ROOT = 16;

/** Number of groups of our own recipes. */
export function ownNlist(vectors: number): number {
  const most = Math.floor(GROUPS_PER_ROOT * Math.sqrt(vectors));
  return Math.max(1, Math.min(most, Math.floor(vectors / VECTORS_PER_GROUP)));
}

/**
 * What our own recipes share: every frame is kept, and full k-means compresses where it is asked for, which comes nearer
 * in less time than mini-batch (docs/decisions/0012-kmeans-of-our-own.md).
 */
const OWN = {
  host: null,
  factory: (vectors) => `IVF${ownNlist(vectors)},Flat`,
  compression: () => null,
  compressBy: 'kmeans',
  nprobe: null,
  width: 'enough',
  holdOut: true,
} as const satisfies Recipe;

/**
 * The hosts' rules (RVC-WebUI train_index.py, Applio extract_index.py): 10,000 centers above 200,000 frames, rvcNlist,
 * `IVF{n},Flat`, nprobe 1, learned from every frame.
 */
function hostRecipe(host: Host): Recipe {
  return {
    host,
    factory: (vectors) => `IVF${rvcNlist(vectors)},Flat`,
    compression: (frames) => (frames > COMPRESS_ABOVE_FRAMES ? { clusters: HOST_CLUSTERS, method: 'minibatch' } : null),
    compressBy: 'minibatch',
    nprobe: 1,
    width: 'enough',
    holdOut: false,
  };
}

/** All recipes, in the order in which they are offered. */
export const RECIPES: Readonly<Record<RecipeId, Recipe>> = {
  balanced: OWN,
  /** Searches as many groups as the budget allows, for a singer who is far from the voice. */
  best: { ...OWN, width: 'most' },
  /** A third of the size: rounded vectors nearly sound the same, fewer do not. */
  small: { ...OWN, factory: (vectors) => `IVF${ownNlist(vectors)},SQ8` },
  rvc: hostRecipe('rvc'),
  applio: hostRecipe('applio'),
};

/** The one that is recommended. */
export const DEFAULT_RECIPE: RecipeId = 'balanced';

/**
 * How frames are compressed where a person does not say how.
 *
 * @param recipe Null for compressing alone.
 */
export function usualCompression(recipe: RecipeId | null): Compression['method'] {
  return RECIPES[recipe ?? DEFAULT_RECIPE].compressBy;
}
