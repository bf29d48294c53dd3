import * as v from 'valibot';
import { count, filePath, finite } from '../contract/primitives';
import type { Place } from './kind';

/** Fields that several kinds of work have in common. */

export const seed = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(0xffff_ffff));

/** Bytes of vectors that may be in memory; above it they are kept in a scratch file. Null: no limit. */
export const memoryLimit = v.nullable(v.pipe(count, v.minValue(1)));

/** The part of a source in a merged index; null for all: every frame of each. Only relative sizes count. */
export const weight = v.nullable(v.pipe(finite, v.minValue(0)));

/** Where frames come from: an experiment folder, a folder of .npy files, or an index whose vectors are taken back. */
export const Source = v.strictObject({ path: filePath, weight });
export type Source = v.InferOutput<typeof Source>;

/**
 * The folder in which it is kept which frame each vector of a measured index is, so that it can be heard; null: nobody
 * will listen. Left out in work of earlier versions.
 */
export const traces = v.optional(v.nullable(filePath), null);

/** The same as a place that is written into. */
export function keptIn(folder: string | null): readonly Place[] {
  return folder === null ? [] : [{ folder }];
}

/** Those paths that are given. */
export function named(...paths: readonly (string | null)[]): readonly string[] {
  return paths.filter((path) => path !== null);
}

/** Frames that ask. All of them are used up to `most`; of more, whole files are chosen by seed. */
export const asking = {
  /** The features the index was made from; null: stored vectors ask, each leaving itself out. */
  features: v.nullable(filePath),
  /** Another folder of features, e.g. the singer who will be converted; it asks instead. */
  queries: v.nullable(filePath),
  seed,
  most: v.pipe(count, v.minValue(1), v.maxValue(100_000)),
};
