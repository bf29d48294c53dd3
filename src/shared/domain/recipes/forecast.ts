import type { Rates } from '@shared/contract/rates';
import type { BuildOptions, Selection } from '@shared/contract/build';
import { readFactory } from '../factory/reading';
import { factoryBytes } from '../factory/size';
import { type IndexPlan, isRounded, planIndex } from './plan';

/** What a process with the engine needs beside its vectors: 81 to 125 MiB on the command line, with room for Electron. */
const BASE_MEMORY_BYTES = 150 * 2 ** 20;

/** Whether frames of so many bytes are kept in a scratch file instead of memory. */
export function goesToDisk(bytes: number, memoryLimit: number | null): boolean {
  return memoryLimit !== null && bytes > memoryLimit;
}

/**
 * Room that a scratch file takes beside what is built: the frames are there twice while they are mixed, later beside the
 * lists of the index. Expanding keeps those before it and, for the trial, two more.
 */
export function scratchBytes(
  { compression, expansion }: IndexPlan,
  frameBytes: number,
  memoryLimit: number | null,
): number {
  if (!goesToDisk(frameBytes, memoryLimit)) return 0;
  return frameBytes * (expansion !== null && compression === null ? 4 : 2);
}

/**
 * Frames that an index will be built of, as far as is known before they are read: those marked by ear and the share of
 * outliers are left out. How many repeat others, only reading shows.
 */
export function framesLeft(frames: number, marked: number, selection: Selection | null): number {
  return Math.max(0, Math.round((frames - marked) * (1 - (selection?.outliers ?? 0))));
}

/** Work of each step of building in the units of `Rates`; 0 for a step that does not occur. */
export interface BuildingWork {
  readonly read: number;
  readonly train: number;
  readonly add: number;
  readonly write: number;
  readonly measure: number;
  readonly compress: number;
  readonly expand: number;
}

/** What there is to be done: the frames read, and what they become. */
export interface BuildingSize {
  readonly frames: number;
  readonly dimension: number;
  /** Indexed: the frames, or the centers of k-means. */
  readonly vectors: number;
  readonly nlist: number | null;
  readonly clusters: number | null;
  readonly expanded: boolean;
  readonly measured: boolean;
}

/**
 * Reading and writing grow with rows x dimensions, measuring too: the number of frames that ask hardly changes. K-means
 * and adding compare every row with every centroid, so their work is rows x dimensions x groups: a rate without the
 * groups would be ten times wrong between a short and a long voice. Expanding through groups grows a little faster than
 * the rows; the rate of a voice of this length is what is known.
 */
export function buildingWork(size: BuildingSize): BuildingWork {
  const { frames, dimension, vectors, nlist, clusters, expanded, measured } = size;
  const values = frames * dimension;
  const stored = vectors * dimension;
  return {
    read: values,
    train: stored * (nlist ?? 0),
    add: stored * (nlist ?? 0),
    write: stored,
    measure: measured ? stored : 0,
    compress: clusters === null ? 0 : values * clusters,
    expand: expanded ? values : 0,
  };
}

const STEPS = ['read', 'train', 'add', 'write', 'measure', 'compress', 'expand'] as const satisfies (keyof Rates)[];

/** The speeds that a finished training shows. A step too short to be timed has no rate. */
export function measuredRates(seconds: Readonly<Record<keyof Rates, number>>, size: BuildingSize): Rates {
  const work = buildingWork(size);
  return ratesOf((step) => (seconds[step] > 0.01 && work[step] > 0 ? work[step] / seconds[step] : null));
}

/** Step by step. */
export function ratesOf(of: (step: keyof Rates) => number | null): Rates {
  return {
    read: of('read'),
    train: of('train'),
    add: of('add'),
    write: of('write'),
    measure: of('measure'),
    compress: of('compress'),
    expand: of('expand'),
  };
}

/**
 * What takes a voice of some length to show its speed is derived from exact search, which compares every frame with all:
 * measuring and expanding take as long as comparing every frame with so many, compressing as comparing every frame so
 * often with each center. It is what builds of a generated voice of four minutes took, over exact search on the same
 * computer (`node test/bench/probeRates.mjs` prints both).
 */
export const COMPARED = { measure: 30_000, expand: 20_000, compress: 50 } as const;

/**
 * The speeds that a probe shows before anything was built.
 *
 * @param seconds Of the steps that a short voice shows, and of `exact` search for every frame among all.
 */
export function probedRates(
  seconds: Readonly<Record<'read' | 'train' | 'add' | 'write' | 'exact', number>>,
  size: Pick<BuildingSize, 'frames' | 'vectors' | 'dimension'> & { readonly nlist: number },
): Rates {
  const work = buildingWork({ ...size, clusters: null, expanded: false, measured: false });
  const exact = (size.frames * size.vectors * size.dimension) / seconds.exact;
  return {
    read: work.read / seconds.read,
    train: work.train / seconds.train,
    add: work.add / seconds.add,
    write: work.write / seconds.write,
    measure: exact / COMPARED.measure,
    compress: exact / COMPARED.compress,
    expand: exact / COMPARED.expand,
  };
}

export interface Forecast {
  /** Size of the index file; null for a kind whose size is not known beforehand. */
  readonly bytes: number | null;
  /** Peak memory while it is built: the features, the index and the engine. */
  readonly memoryBytes: number;
  /** Null while the speed of any step that occurs is unknown: nothing is guessed. */
  readonly seconds: number | null;
}

/** What building a voice will cost, before anything starts. */
export function forecast({
  options,
  frames,
  dimension,
  rates,
}: {
  readonly options: BuildOptions;
  readonly frames: number;
  readonly dimension: number;
  readonly rates: Rates;
}): Forecast {
  const plan = planIndex({ options, frames, dimension });
  const bytes = plannedBytes(plan);
  const work = buildingWork({
    frames,
    dimension,
    vectors: plan.vectors,
    nlist: plan.nlist,
    clusters: plan.compression?.clusters ?? null,
    expanded: plan.expansion !== null,
    measured: true,
  });
  const times = STEPS.filter((step) => work[step] > 0).map((step) => {
    const rate = rates[step];
    return rate === null ? null : work[step] / rate;
  });
  const values = frames * dimension * 4;
  const index = bytes ?? plan.vectors * dimension * 4;
  // What is made of the frames is made a second time, to be asked; expansion takes their place, so they are copied first.
  const madeTwice = plan.holdOut && (plan.compression !== null || plan.expansion !== null || isRounded(plan));
  const copied = madeTwice && plan.expansion !== null && plan.compression === null;
  return {
    bytes,
    memoryBytes: (copied ? 2 : 1) * values + (madeTwice ? 2 : 1) * index + BASE_MEMORY_BYTES,
    seconds: times.reduce((sum: number | null, time) => (sum === null || time === null ? null : sum + time), 0),
  };
}

/** Before anything was measured on a computer. */
export const UNKNOWN_RATES: Rates = ratesOf(() => null);

/** Whether a forecast can be given for every build. */
export function knowsAll(rates: Rates): boolean {
  return STEPS.every((step) => rates[step] !== null);
}

/** Size of the file that a plan leads to; null for a kind whose size is not known beforehand. */
export function plannedBytes({ factory, vectors, dimension }: IndexPlan): number | null {
  const reading = readFactory(factory, dimension);
  return reading.state === 'valid' ? (factoryBytes(reading.parts, vectors, dimension)?.bytes ?? null) : null;
}
