import { VoronoiceError } from '@shared/contract/errors';
import type { Walk } from '../walk';

/** Asks for one range; throws `INDEX_TRUNCATED` when the caller delivers less. */
export function* readRange(offset: number, length: number): Walk<DataView> {
  const bytes = yield { offset, length };
  if (bytes.length < length) {
    throw new VoronoiceError('INDEX_TRUNCATED', 'The file became shorter while it was being read.', {
      offset,
      expected: length,
      actual: bytes.length,
    });
  }
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}

/** Is shown one item, which begins at `at` in `view`. */
export type PieceVisitor = (view: DataView, at: number, index: number) => void;

/** Long arrays of numbers arrive in pieces of about this many bytes. */
const CHUNK = 1 << 20;

/** Visits `items` of `itemSize` bytes from `offset` in order, without holding more than a piece of them. */
export function* pieces(offset: number, items: number, itemSize: number, visit: PieceVisitor): Walk<void> {
  const most = Math.floor(CHUNK / itemSize);
  for (let index = 0; index < items;) {
    const count = Math.min(most, items - index);
    const view = yield* readRange(offset + index * itemSize, count * itemSize);
    for (let at = 0; at < view.byteLength; at += itemSize, index++) visit(view, at, index);
  }
}

/** One read brings at least this much, so that a run of small fields costs one read. */
const WINDOW = 512;

/**
 * Reads the fields of a little-endian FAISS file one after the other. Every length is compared with what is left of the
 * file before it is used. `name` is what an error calls the field.
 */
export class FieldReader {
  #window: DataView = new DataView(new ArrayBuffer(0));
  #windowStart = 0;
  #position = 0;

  constructor(readonly size: number) {}

  get offset(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.size - this.#position;
  }

  *u8(name: string): Walk<number> {
    const at = yield* this.#take(1, name);
    return this.#window.getUint8(at);
  }

  *bool(name: string): Walk<boolean> {
    const value = yield* this.u8(name);
    if (value > 1) throw corrupt(name, value, 'it can only be 0 or 1');
    return value === 1;
  }

  *i32(name: string): Walk<number> {
    const at = yield* this.#take(4, name);
    return this.#window.getInt32(at, true);
  }

  *f32(name: string): Walk<number> {
    const at = yield* this.#take(4, name);
    return this.#window.getFloat32(at, true);
  }

  *fourcc(name: string): Walk<string> {
    const at = yield* this.#take(4, name);
    return String.fromCharCode(...[0, 1, 2, 3].map((index) => this.#window.getUint8(at + index)));
  }

  /** A u64 or non-negative i64 that a number holds exactly. */
  *count(name: string): Walk<number> {
    const at = yield* this.#take(8, name);
    const value = this.#window.getBigInt64(at, true);
    if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw corrupt(name, value.toString(), 'no file can hold that much');
    }
    return Number(value);
  }

  /** An i64 whose sign is meaningful, as FAISS's -1 for "does not apply". */
  *i64(name: string): Walk<bigint> {
    const at = yield* this.#take(8, name);
    return this.#window.getBigInt64(at, true);
  }

  /** Passes over `items` of `itemSize` bytes. */
  skip(items: number, itemSize: number, name: string): void {
    this.need(items * itemSize, name);
    this.#position += items * itemSize;
  }

  /**
   * A FAISS vector: a u64 count and that many items, which are passed over. `expected` is the only count the other
   * fields allow, or a test for it.
   */
  *vector(name: string, itemSize: number, expected?: number | ((items: number) => boolean)): Walk<number> {
    const items = yield* this.count(name);
    const fits = expected === undefined || (typeof expected === 'number' ? items === expected : expected(items));
    if (!fits) {
      throw corrupt(
        name,
        items,
        typeof expected === 'number' ? `the rest of the file says ${expected}` : 'it contradicts other fields',
      );
    }
    this.skip(items, itemSize, name);
    return items;
  }

  /** `items` u64 values, in order, without holding more than a piece of them; above 2^53 they are rounded. */
  *counts(items: number, name: string, visit: (value: number, index: number) => void): Walk<void> {
    yield* this.#each(items, 8, name, (view, at, index) => visit(Number(view.getBigUint64(at, true)), index));
  }

  /** `items` i32 values in the same way. */
  *i32s(items: number, name: string, visit: (value: number, index: number) => void): Walk<void> {
    yield* this.#each(items, 4, name, (view, at, index) => visit(view.getInt32(at, true), index));
  }

  /** `items` float32 values in the same way; one that is not finite is damage. @returns the largest magnitude */
  *f32s(items: number, name: string): Walk<number> {
    let largest = 0;
    yield* this.#each(items, 4, name, (view, at) => {
      largest = Math.max(largest, Math.abs(finite(view.getFloat32(at, true), name)));
    });
    return largest;
  }

  *#each(items: number, itemSize: number, name: string, visit: PieceVisitor): Walk<void> {
    const start = this.#position;
    this.skip(items, itemSize, name);
    yield* pieces(start, items, itemSize, visit);
  }

  /** Fails when fewer than `bytes` are left. */
  need(bytes: number, name: string): void {
    if (bytes > this.remaining) throw truncated(name, this.size, this.#position + bytes);
  }

  *#take(length: number, name: string): Walk<number> {
    this.need(length, name);
    if (this.#position + length > this.#windowStart + this.#window.byteLength) {
      this.#window = yield* readRange(this.#position, Math.min(WINDOW, this.remaining));
      this.#windowStart = this.#position;
    }
    const at = this.#position - this.#windowStart;
    this.#position += length;
    return at;
  }
}

/** Fails for a NaN or an infinity. */
export function finite(value: number, name: string): number {
  if (!Number.isFinite(value)) throw corrupt(name, value, 'it must be a finite number');
  return value;
}

/** A field that contradicts the format, another field or the size of the file. */
export function corrupt(field: string, value: number | string, why: string): VoronoiceError {
  return new VoronoiceError('INDEX_CORRUPT', `The index is damaged: "${field}" is ${value}, but ${why}.`, {
    field,
    value,
  });
}

/** The file ends before `field` does. `expected` is the size it would need at least. */
export function truncated(field: string, size: number, expected: number): VoronoiceError {
  return new VoronoiceError(
    'INDEX_TRUNCATED',
    `The index is incomplete: it has ${size} bytes, but needs at least ${expected} ("${field}" is cut off).`,
    { field, size, expected },
  );
}
