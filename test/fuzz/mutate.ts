import { below, oneOf, type Random } from './random';

/** Changes a copy of some bytes; may be longer or shorter than they were. */
type Mutation = (bytes: Uint8Array, next: Random, others: readonly Uint8Array[]) => Uint8Array;

const BYTES = [0, 1, 2, 3, 4, 5, 0x0a, 0x20, 0x27, 0x28, 0x2c, 0x7f, 0x80, 0xfe, 0xff] as const;
const INTEGERS = [
  0n,
  1n,
  -1n,
  -2n,
  2n,
  16n,
  31n,
  255n,
  0x7fff_ffffn,
  0x8000_0000n,
  1n << 33n,
  1n << 40n,
  (1n << 62n) - 1n,
] as const;
const FLOATS = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  1,
  0.999,
  1e-40,
  1e14,
  1e16,
  1e19,
  1e20,
  -1e38,
  3.4e38,
  1024,
  1025,
] as const;
const MOST_INSERTED = 64;

const byte: Mutation = (bytes, next) => {
  const at = below(next, bytes.length);
  bytes[at] = next() < 0.5 ? oneOf(next, BYTES) : below(next, 256);
  return bytes;
};

const bit: Mutation = (bytes, next) => {
  const at = below(next, bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << below(next, 8));
  return bytes;
};

/** What is there, a little more or less. */
const step: Mutation = (bytes, next) => {
  const at = below(next, bytes.length);
  bytes[at] = (bytes[at] ?? 0) + oneOf(next, [-1, 1, 2, -2, 8, 16]);
  return bytes;
};

const integer: Mutation = (bytes, next) => {
  const width = oneOf(next, [4, 8]);
  if (bytes.length < width) return bytes;
  const at = below(next, bytes.length - width + 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = oneOf(next, INTEGERS);
  if (width === 4) view.setInt32(at, Number(BigInt.asIntN(32, value)), true);
  else view.setBigInt64(at, value, true);
  return bytes;
};

const float: Mutation = (bytes, next) => {
  if (bytes.length < 4) return bytes;
  const at = below(next, bytes.length - 3);
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setFloat32(at, oneOf(next, FLOATS), true);
  return bytes;
};

/** Bytes of one place over those of another. */
const copyInside: Mutation = (bytes, next) => {
  const length = 1 + below(next, Math.min(MOST_INSERTED, bytes.length));
  const from = below(next, bytes.length - length + 1);
  return bytes.copyWithin(below(next, bytes.length - length + 1), from, from + length);
};

const cut: Mutation = (bytes, next) => bytes.slice(0, below(next, bytes.length));

const remove: Mutation = (bytes, next) => {
  const length = 1 + below(next, Math.min(MOST_INSERTED, bytes.length));
  const at = below(next, bytes.length - length + 1);
  return joined(bytes.subarray(0, at), bytes.subarray(at + length));
};

const repeat: Mutation = (bytes, next) => {
  const length = 1 + below(next, Math.min(MOST_INSERTED, bytes.length));
  const at = below(next, bytes.length - length + 1);
  return joined(bytes.subarray(0, at + length), bytes.subarray(at));
};

/** The beginning of one and the end of another. */
const splice: Mutation = (bytes, next, others) => {
  const other = others[below(next, others.length)] ?? bytes;
  return joined(bytes.subarray(0, below(next, bytes.length)), other.subarray(below(next, other.length)));
};

/** A part of another over what is there, in the same place. */
const transplant: Mutation = (bytes, next, others) => {
  const other = others[below(next, others.length)] ?? bytes;
  const most = Math.min(bytes.length, other.length);
  const at = below(next, most);
  bytes.set(other.subarray(at, Math.min(most, at + 1 + below(next, MOST_INSERTED))), at);
  return bytes;
};

/** Those that leave every field in its place come first and more often: they get further in. */
const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  byte,
  byte,
  byte,
  bit,
  step,
  step,
  integer,
  integer,
  integer,
  float,
  float,
  float,
  copyInside,
  transplant,
  splice,
  cut,
  remove,
  repeat,
];
const MOST_CHANGES = 4;

/** A damaged copy. */
export function mutate(bytes: Uint8Array, next: Random, others: readonly Uint8Array[] = []): Uint8Array {
  let copy: Uint8Array = bytes.slice();
  const changes = 1 + below(next, MOST_CHANGES);
  for (let change = 0; change < changes && copy.length > 0; change++) copy = oneOf(next, MUTATIONS)(copy, next, others);
  return copy;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
