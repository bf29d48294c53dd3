import * as v from 'valibot';
import { finite } from './primitives';

/**
 * Speeds of this computer; null while they are unknown. Units: rows x dimensions a second for reading and writing, rows x
 * dimensions x groups a second for training and adding, rows x dimensions x clusters for compressing, rows x dimensions
 * for expanding (domain/recipes/forecast.ts, `buildingWork`).
 */
export const Rates = v.strictObject({
  read: v.nullable(finite),
  train: v.nullable(finite),
  add: v.nullable(finite),
  write: v.nullable(finite),
  measure: v.nullable(finite),
  compress: v.nullable(finite),
  expand: v.nullable(finite),
});
export type Rates = v.InferOutput<typeof Rates>;
