import { readFactory } from '@shared/domain/factory/reading';
import { chooseHeldOut } from '@shared/domain/measures/holdOut';
import { USUAL_COPIES } from '@shared/domain/measures/selfMatch';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import type { IndexPlan } from '@shared/domain/recipes/plan';
import { onEngine } from '../engine';
import { type AskingFrames, finiteFrames } from '../measure/frames';
import type { StepContext } from '../context';
import { type Material, type Piece, rearrange } from './load';

/** Frames come from files in one order; the index gets them in another, `order[i]` being the old place of row i. */
export interface Arrangement {
  readonly order: Int32Array;
  /** Rows to be indexed first, those of each source together and shuffled. */
  readonly kept: number;
  /** Rows kept apart, after them, the same way, with the copies of them; rows that are left out come last. */
  readonly heldOut: number;
  /** Rows kept apart in the order they were recorded, and their new places. */
  readonly recorded: Int32Array;
  readonly asking: Int32Array;
  /** Stretches of consecutive frames among them. */
  readonly runs: readonly number[];
  /** Positions of the pieces they are from. */
  readonly apart: ReadonlySet<number>;
  /** Rows of other pieces that are equal to one of them, and so kept apart, too. */
  readonly copies: ReadonlySet<number>;
  /** How many rows are of which source: those that are kept, then those kept apart. */
  readonly stretches: readonly { readonly voice: number; readonly rows: number; readonly apart: boolean }[];
}

export interface ArrangeOptions {
  /** Rows that are left out, ascending. */
  readonly dropped: Int32Array;
  /** Asked for a number for each row, the same for rows of equal bytes, where some are kept apart. */
  readonly keys: () => Float64Array;
  readonly seed: number;
}

/**
 * Where every row goes: shuffled as RVC does (so that no one reads the recordings out of an index), by seed. Rows of a
 * source stay together, so that their numbers tell where they are from.
 *
 * @param holdOut Whether some recorded files are kept apart.
 */
export function arrange(
  pieces: readonly Piece[],
  { dropped, keys, seed }: ArrangeOptions,
  holdOut: boolean,
): Arrangement {
  const total = pieces.reduce((sum, { rows }) => sum + rows, 0);
  const isDropped = new Uint8Array(total);
  for (const row of dropped) isDropped[row] = 1;
  const { apart, copies } = holdOut ? keepApart(pieces, keys(), isDropped, seed) : NOTHING_APART;
  const sources = Math.max(0, ...pieces.map(({ source }) => source)) + 1;
  const kept: number[][] = Array.from({ length: sources }, () => []);
  const heldOut: number[][] = Array.from({ length: sources }, () => []);
  const starts = new Set<number>();
  let at = 0;
  for (const [position, { source, rows }] of pieces.entries()) {
    starts.add(at);
    const isApart = apart.has(position);
    for (let row = at; row < at + rows; row++) {
      if (isDropped[row] === 0) (isApart || copies.has(row) ? heldOut : kept)[source]?.push(row);
    }
    at += rows;
  }

  const random = createRandom(seed);
  const shuffled = (rows: readonly number[]): Int32Array =>
    Int32Array.from(shuffledOrder(rows.length, random), (from) => rows[from] ?? 0);
  const order = new Int32Array(total);
  let filled = 0;
  for (const rows of [...kept, ...heldOut]) {
    order.set(shuffled(rows), filled);
    filled += rows.length;
  }
  order.set(dropped, filled);

  const all = heldOut.flat();
  const recorded = all.filter((row) => !copies.has(row));
  const newPlace = new Map<number, number>();
  const keptCount = kept.reduce((sum, rows) => sum + rows.length, 0);
  for (let row = keptCount; row < filled; row++) newPlace.set(order[row] ?? 0, row);
  return {
    order,
    kept: keptCount,
    heldOut: all.length,
    recorded: Int32Array.from(recorded),
    asking: Int32Array.from(recorded, (row) => newPlace.get(row) ?? 0),
    runs: stretches(recorded, starts),
    apart,
    copies,
    stretches: [
      ...kept.map((rows, voice) => ({ voice, rows: rows.length, apart: false })),
      ...heldOut.map((rows, voice) => ({ voice, rows: rows.length, apart: true })),
    ],
  };
}

/** These rows as they are counted where the pieces kept apart are not there. */
export function rowsWithout(
  pieces: readonly Piece[],
  apart: ReadonlySet<number>,
  rows: ReadonlySet<number>,
): ReadonlySet<number> {
  const counted = new Set<number>();
  let [at, place] = [0, 0];
  for (const [position, piece] of pieces.entries()) {
    if (!apart.has(position)) {
      for (let row = 0; row < piece.rows; row++) if (rows.has(at + row)) counted.add(place + row);
      place += piece.rows;
    }
    at += piece.rows;
  }
  return counted;
}

/**
 * The arrangement that a plan asks for. Where the frames would be too few without those kept apart, to be compressed or
 * for the index to learn from, nothing is kept apart.
 */
export function arrangeFor(
  { holdOut, compression, factory, dimension }: IndexPlan,
  pieces: readonly Piece[],
  options: ArrangeOptions,
): Arrangement {
  const rows = arrange(pieces, options, holdOut);
  const reading = readFactory(factory, dimension);
  const needed =
    compression !== null ? compression.clusters + 1 : reading.state === 'valid' ? reading.trainingVectors : 0;
  return rows.kept >= needed ? rows : arrange(pieces, options, false);
}

/**
 * Brings the frames into that order, and lets go of those that are left out.
 *
 * @returns copies of those kept apart, as they were recorded; null when there are none. The caller closes them.
 */
export async function layOut(
  material: Pick<Material, 'matrix' | 'onDisk'>,
  rows: Arrangement,
  { metric }: Pick<IndexPlan, 'metric'>,
  seed: number,
  context: Pick<StepContext<'arrange'>, 'signal' | 'progress'>,
): Promise<AskingFrames | null> {
  await rearrange(material, rows.order, context);
  const { matrix } = material;
  matrix.truncate(rows.kept + rows.heldOut);
  if (rows.heldOut === 0) return null;
  const asking = await onEngine(() => matrix.gather(rows.asking));
  if (metric === 'cosine') await onEngine(() => asking.normalize());
  return finiteFrames({ matrix: asking, rows: rows.recorded, runs: rows.runs, seed });
}

/** Lengths of the stretches in which rows follow each other within one file. */
function stretches(rows: readonly number[], starts: ReadonlySet<number>): readonly number[] {
  const lengths: number[] = [];
  rows.forEach((row, place) => {
    const follows = place > 0 && row === (rows[place - 1] ?? 0) + 1 && !starts.has(row);
    lengths.push(follows ? (lengths.pop() ?? 0) + 1 : 1);
  });
  return lengths;
}

interface Apart {
  /** Positions of the pieces. */
  readonly apart: ReadonlySet<number>;
  /** Rows of the others that are equal to one of theirs. */
  readonly copies: ReadonlySet<number>;
}

const NOTHING_APART: Apart = { apart: new Set(), copies: new Set() };

function keepApart(pieces: readonly Piece[], keys: Float64Array, isDropped: Uint8Array, seed: number): Apart {
  const apart = new Set(chooseHeldOut(differentFrames(pieces, keys, isDropped), seed).files);
  return { apart, copies: copiesOf(pieces, apart, keys, isDropped) };
}

/** How many frames of each recorded piece no piece before it has: what is there twice is one frame. */
function differentFrames(
  pieces: readonly Piece[],
  keys: Float64Array,
  isDropped: Uint8Array,
): readonly { readonly frames: number }[] {
  const seen = new Set<number>();
  let at = 0;
  return pieces.map(({ rows, recorded }) => {
    const own: number[] = [];
    for (const end = at + rows; at < end; at++) {
      const key = keys[at] ?? NaN;
      if (isDropped[at] === 0 && !seen.has(key)) own.push(key);
    }
    for (const key of own) seen.add(key);
    return { frames: recorded ? own.length : 0 };
  });
}

/** Rows of the other pieces that are equal to one of these. What comes more often than usual is silence. */
function copiesOf(
  pieces: readonly Piece[],
  apart: ReadonlySet<number>,
  keys: Float64Array,
  isDropped: Uint8Array,
): ReadonlySet<number> {
  const copies = new Set<number>();
  const found = new Map<number, number[]>();
  const eachRow = (wanted: boolean, take: (row: number, key: number) => void): void => {
    let at = 0;
    for (const [position, { rows }] of pieces.entries()) {
      const end = at + rows;
      if (apart.has(position) === wanted) for (let row = at; row < end; row++) take(row, keys[row] ?? NaN);
      at = end;
    }
  };
  eachRow(true, (row, key) => {
    if (isDropped[row] === 0) found.set(key, []);
  });
  eachRow(false, (row, key) => {
    if (isDropped[row] === 0) found.get(key)?.push(row);
  });
  for (const rows of found.values()) if (rows.length <= USUAL_COPIES) for (const row of rows) copies.add(row);
  return copies;
}
