import { chooseHeldOut } from '@shared/domain/measures/holdOut';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import type { Piece } from './load';

/** Frames come from files in one order; the index gets them in another, `order[i]` being the old place of row i. */
export interface Arrangement {
  readonly order: Int32Array;
  /** Rows to be indexed first, those of each source together and shuffled. */
  readonly kept: number;
  /** Rows kept apart, after them, the same way; rows that are left out come last. */
  readonly heldOut: number;
  /** New places of the rows kept apart, in the order they were recorded. */
  readonly asking: Int32Array;
  /** Stretches of consecutive frames among them. */
  readonly runs: readonly number[];
  /** How many rows of each source are kept, and how many are kept apart. */
  readonly keptOf: readonly number[];
  readonly heldOutOf: readonly number[];
}

/**
 * Where every row goes: shuffled as RVC does (so that no one reads the recordings out of an index), by seed. Rows of a
 * source stay together, so that their numbers tell where they are from.
 *
 * @param dropped Rows that are left out, ascending.
 * @param holdOut Whether some recorded files are kept apart.
 */
export function arrange(pieces: readonly Piece[], dropped: Int32Array, holdOut: boolean, seed: number): Arrangement {
  const total = pieces.reduce((sum, { rows }) => sum + rows, 0);
  const isDropped = new Uint8Array(total);
  for (const row of dropped) isDropped[row] = 1;
  const apart = holdOut ? heldOutPieces(pieces, isDropped, seed) : new Set<number>();
  const sources = Math.max(0, ...pieces.map(({ source }) => source)) + 1;
  const kept: number[][] = Array.from({ length: sources }, () => []);
  const heldOut: number[][] = Array.from({ length: sources }, () => []);
  const starts = new Set<number>();
  let at = 0;
  for (const [position, { source, rows }] of pieces.entries()) {
    starts.add(at);
    const place = (apart.has(position) ? heldOut : kept)[source];
    for (let row = at; row < at + rows; row++) if (isDropped[row] === 0) place?.push(row);
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

  const recorded = heldOut.flat();
  const newPlace = new Map<number, number>();
  const keptCount = kept.reduce((sum, rows) => sum + rows.length, 0);
  for (let row = keptCount; row < filled; row++) newPlace.set(order[row] ?? 0, row);
  return {
    order,
    kept: keptCount,
    heldOut: recorded.length,
    asking: Int32Array.from(recorded, (row) => newPlace.get(row) ?? 0),
    runs: stretches(recorded, starts),
    keptOf: kept.map((rows) => rows.length),
    heldOutOf: heldOut.map((rows) => rows.length),
  };
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

function heldOutPieces(pieces: readonly Piece[], isDropped: Uint8Array, seed: number): ReadonlySet<number> {
  let at = 0;
  const usable = pieces.map(({ rows, recorded }) => {
    const end = at + rows;
    let frames = 0;
    for (; at < end; at++) if (isDropped[at] === 0) frames += 1;
    return { frames: recorded ? frames : 0 };
  });
  return new Set(chooseHeldOut(usable, seed).files);
}
