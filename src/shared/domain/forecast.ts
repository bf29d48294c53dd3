import type { Rates } from '@shared/contract/channels';
import type { RecipeId } from '@shared/contract/primitives';
import { planIndex } from './recipes';

/**
 * Exact size of an IVF-Flat file: 139 + (N + nlist)(4d + 8) bytes. 139 is the headers; each centroid brings 4d bytes and
 * the 8 of its list's size, each vector 4d and the 8 of its id (faiss/impl/index_write.cpp).
 */
export function ivfFlatBytes(vectors: number, nlist: number, dimension: number): number {
  return 139 + (vectors + nlist) * (4 * dimension + 8);
}

/** What a process with the engine needs beside its vectors: 81 to 125 MiB on the command line, with room for Electron. */
export const BASE_MEMORY_BYTES = 150 * 2 ** 20;

/** Work of each training step in the units of `Rates`. */
export interface TrainingWork {
  readonly read: number;
  readonly train: number;
  readonly add: number;
  readonly write: number;
}

/**
 * Reading and writing grow with rows x dimensions. K-means and adding compare every row with every centroid, so their
 * work is rows x dimensions x groups: a rate without the groups would be ten times wrong between a short and a long
 * voice.
 */
export function trainingWork(frames: number, dimension: number, nlist: number): TrainingWork {
  const values = frames * dimension;
  return { read: values, train: values * nlist, add: values * nlist, write: values };
}

/** The speeds that a finished training shows. A step too short to be timed has no rate. */
export function measuredRates(
  seconds: { readonly read: number; readonly train: number; readonly add: number; readonly write: number },
  { frames, dimension, nlist }: { readonly frames: number; readonly dimension: number; readonly nlist: number },
): Rates {
  const work = trainingWork(frames, dimension, nlist);
  const rate = (step: keyof TrainingWork): number | null => (seconds[step] > 0.01 ? work[step] / seconds[step] : null);
  return { read: rate('read'), train: rate('train'), add: rate('add'), write: rate('write') };
}

export interface Forecast {
  /** Size of the index file, exact. */
  readonly bytes: number;
  /** Peak memory while it is built: the features, the index and the engine. */
  readonly memoryBytes: number;
  /** Null while any speed of this computer is unknown: nothing is guessed. */
  readonly seconds: number | null;
}

/** What building a voice will cost, before anything starts. The few seconds of choosing nprobe are not in it. */
export function forecast({
  recipe,
  frames,
  dimension,
  rates,
}: {
  readonly recipe: RecipeId;
  readonly frames: number;
  readonly dimension: number;
  readonly rates: Rates;
}): Forecast {
  const { nlist } = planIndex({ recipe, frames, dimension, nprobe: null });
  const bytes = ivfFlatBytes(frames, nlist, dimension);
  const work = trainingWork(frames, dimension, nlist);
  const { read, train, add, write } = rates;
  const known = read !== null && train !== null && add !== null && write !== null;
  return {
    bytes,
    memoryBytes: frames * dimension * 4 + bytes + BASE_MEMORY_BYTES,
    seconds: known ? work.read / read + work.train / train + work.add / add + work.write / write : null,
  };
}
