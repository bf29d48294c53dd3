import type { BuildOptions, Compression, Expansion, Metric } from '@shared/contract/build';
import type { RecipeId } from '@shared/contract/primitives';
import { readFactory } from '../factory/reading';
import { ADD_BATCH } from '../rvc';
import { type Recipe, RECIPES } from './recipes';

/** How an index is to be built. */
export interface IndexPlan extends Pick<Recipe, 'width' | 'holdOut'> {
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
  readonly kFactor: number | null;
  readonly addBatch: number;
}

export interface PlanInput {
  readonly options: BuildOptions;
  /** Frames that are finite and selected. */
  readonly frames: number;
  readonly dimension: number;
}

/** Turns a recipe (recipes.ts) and what overrides it into a plan. */
export function planIndex({ options, frames, dimension }: PlanInput): IndexPlan {
  const { recipe, metric, expansion, kFactor } = options;
  const compression = compressionOf(options, frames);
  const vectors = compression === null ? frames : Math.min(frames, compression.clusters);
  const factory = options.factory ?? RECIPES[recipe].factory(vectors);
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
    width: RECIPES[recipe].width,
    kFactor,
    holdOut: RECIPES[recipe].holdOut,
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

function compressionOf({ recipe, compression }: BuildOptions, frames: number): Compression | null {
  if (compression === 'none') return null;
  return compression ?? RECIPES[recipe].compression(frames);
}

function nlistOf(factory: string, dimension: number): number | null {
  const reading = readFactory(factory, dimension);
  return reading.state === 'valid' && reading.nprobe ? reading.nlist : null;
}

function fixedNprobe(recipe: RecipeId, nlist: number, asked: number | null): number | null {
  if (asked !== null) return Math.min(Math.max(1, asked), nlist);
  return nlist === 1 ? 1 : RECIPES[recipe].nprobe;
}
