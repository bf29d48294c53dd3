import type { Header } from './parts';
import type { Walk } from '../walk';
import { corrupt, type FieldReader } from './walk';

const MAX_DIMENSION = 65_536;
/** No voice comes near it, and it keeps every product of counts in this file an exact number. */
const MAX_COUNT = 0x7fff_ffff;
/** faiss/MetricType.h: 0 inner product, 1 squared L2, the others are never used for voices. */
const METRICS = [0, 1, 2, 3, 4, 20, 21, 22, 23, 24, 25];

/** The fields that every index of vectors begins with, after its type. */
export function* indexHeader(reader: FieldReader): Walk<Header> {
  const dimension = yield* dimensionField(reader, 'd');
  const ntotal = yield* countField(reader, 'ntotal');
  // Two reserved i64; FAISS writes 1 << 20 and reads nothing from them.
  reader.skip(2, 8, 'reserved');
  const trained = yield* reader.bool('is_trained');
  const metric = yield* metricField(reader, true);
  if (!trained && ntotal > 0) throw corrupt('is_trained', 0, `the index holds ${ntotal} vectors`);
  return { dimension, ntotal, trained, metric };
}

/** The same of an index of bit patterns. */
export function* binaryHeader(reader: FieldReader): Walk<Header> {
  const dimension = yield* dimensionField(reader, 'd');
  reader.skip(1, 4, 'code_size');
  const ntotal = yield* countField(reader, 'ntotal');
  const trained = yield* reader.bool('is_trained');
  yield* metricField(reader, false);
  return { dimension, ntotal, trained, metric: 'other' };
}

/** An i32 from 1 to 65,536. */
export function* dimensionField(reader: FieldReader, name: string): Walk<number> {
  return yield* boundedField(reader, name, 1, MAX_DIMENSION);
}

/** A count below 2³¹. */
export function* countField(reader: FieldReader, name: string): Walk<number> {
  const value = yield* reader.count(name);
  if (value > MAX_COUNT) throw corrupt(name, value, 'no voice has that many');
  return value;
}

/** An i32 from `least` to `most`. */
export function* boundedField(reader: FieldReader, name: string, least: number, most: number): Walk<number> {
  const value = yield* reader.i32(name);
  if (value < least || value > most) throw corrupt(name, value, `it must be ${least} to ${most}`);
  return value;
}

function* metricField(reader: FieldReader, hasArgument: boolean): Walk<Header['metric']> {
  const value = yield* reader.i32('metric');
  if (!METRICS.includes(value)) throw corrupt('metric', value, 'FAISS has no such measure');
  if (value > 1 && hasArgument) yield* reader.f32('metric_arg');
  return value === 1 ? 'l2' : value === 0 ? 'ip' : 'other';
}
