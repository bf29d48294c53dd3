import { type BuildOptions, type Compression, plain } from '@shared/contract/build';
import type { Figure } from '@shared/contract/measurement';
import type { TuneResult } from '@shared/jobs/tune';
import { type FactoryReading, readFactory } from '@shared/domain/factory/reading';
import type { RecipeId } from '@shared/contract/primitives';
import { planIndex } from '@shared/domain/recipes/plan';
import { usualCompression } from '@shared/domain/recipes/recipes';
import { HOST_CLUSTERS } from '@shared/domain/rvc';

/** What can be changed about a recipe, in the order it is shown. */
export const SECTIONS = ['index', 'compression', 'expansion', 'frames'] as const;
export type Section = (typeof SECTIONS)[number];

const FIELDS = {
  index: ['factory', 'metric', 'nprobe', 'kFactor'],
  compression: ['compression'],
  expansion: ['expansion'],
  frames: ['selection'],
} as const satisfies Readonly<Record<Section, readonly (keyof BuildOptions)[]>>;

/** Whether anything in this section differs from what the recipe does. */
export function isChanged(options: BuildOptions, section: Section): boolean {
  const untouched = plain(options.recipe);
  return FIELDS[section].some((field) => options[field] !== untouched[field]);
}

/** The same options, with this section as the recipe has it. */
export function backToRecipe(options: BuildOptions, section: Section): BuildOptions {
  const untouched = plain(options.recipe);
  return { ...options, ...Object.fromEntries(FIELDS[section].map((field) => [field, untouched[field]])) };
}

/** How the factory string in force reads: the person's, or the recipe's. */
export function readingOf(options: BuildOptions, frames: number, dimension: number): FactoryReading {
  return readFactory(planIndex({ options, frames, dimension }).factory, dimension, options.metric);
}

/** What is asked for: without settings that say nothing about this kind of index. */
export function relevant(options: BuildOptions, frames: number, dimension: number): BuildOptions {
  const reading = readingOf(options, frames, dimension);
  if (reading.state !== 'valid') return options;
  return {
    ...options,
    nprobe: reading.nprobe ? options.nprobe : null,
    kFactor: reading.kFactor ? options.kFactor : null,
  };
}

/** The same kind of index with another number of groups; null for a kind whose number of groups cannot be chosen. */
export function withGroups(factory: string, nlist: number, dimension: number): string | null {
  const reading = readFactory(factory, dimension);
  const lists = reading.state === 'valid' ? reading.parts.find(({ kind }) => kind === 'lists') : undefined;
  if (lists === undefined || !/^IVF[0-9]/.test(factory.slice(lists.start))) return null;
  return factory.slice(0, lists.start) + factory.slice(lists.start).replace(/^IVF[0-9]+/, `IVF${nlist}`);
}

/** Vectors that compression may keep: fewer than there are frames; null when there are too few of those to choose. */
export function clusterRange(frames: number): { readonly least: number; readonly most: number } | null {
  const least = 100;
  const most = frames - 1;
  return most > least ? { least, most } : null;
}

/** What compression begins with: one vector for four frames, up to the hosts' own number. */
export function firstCompression(recipe: RecipeId, frames: number): Compression {
  return { clusters: Math.max(1, Math.min(HOST_CLUSTERS, Math.floor(frames / 4))), method: usualCompression(recipe) };
}

/** Where a value stands on a logarithmic scale, 0 to 1. */
export function positionOf(value: number, least: number, most: number): number {
  if (most <= least) return 0;
  const position = Math.log(value / least) / Math.log(most / least);
  return Math.min(1, Math.max(0, position));
}

/** The value at a position of a logarithmic scale, round to two digits within the scale. */
export function valueAt(position: number, least: number, most: number): number {
  if (position <= 0) return least;
  if (position >= 1) return most;
  const value = least * (most / least) ** position;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.min(most, Math.max(least, Math.round(value / unit) * unit));
}

/** What a quick try compares: these options, and the same without compression. */
export function trialOf(options: BuildOptions): readonly BuildOptions[] {
  return [options, { ...options, compression: 'none' }];
}

/** The share of moments that sound the same, with compression and without; null when one of them was not tried. */
export function trialResult({ candidates }: Pick<TuneResult, 'candidates'>): {
  readonly compressed: Figure;
  readonly whole: Figure;
} | null {
  const whole = candidates.find(({ options }) => options.compression === 'none');
  const compressed = candidates.find(({ options }) => options.compression !== 'none');
  return whole && compressed ? { compressed: compressed.quality, whole: whole.quality } : null;
}
