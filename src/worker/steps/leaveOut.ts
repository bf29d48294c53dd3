import type { Selection } from '@shared/contract/build';
import type { SelectionReport } from '@shared/contract/record';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import { balancedFrames } from '@shared/domain/recipes/merging';
import type { Engine } from '../engine';
import type { StepContext } from '../context';
import { type UnusableRows, unusableRows } from '../features/usable';
import type { Material, Piece } from './load';
import { selectFrames } from './select';

export interface LeaveOutOptions {
  readonly selection: Selection | null;
  /** Of each source; see `Source.weight`. */
  readonly weights: readonly (number | null)[];
  readonly seed: number;
}

/** Rows that an index is not made of. */
export interface LeftOut {
  /** Ascending. */
  readonly rows: Int32Array;
  /** Those of them that are of no voice. */
  readonly unusable: UnusableRows;
  /** Those of them that would be too many of their voice. */
  readonly surplus: ReadonlySet<number>;
  readonly selection: SelectionReport | null;
}

/** Rows that are of no voice, not selected, or too many of their own. */
export async function leaveOut(
  engine: Engine,
  material: Material,
  { selection, weights, seed }: LeaveOutOptions,
  context: StepContext<'select'>,
): Promise<LeftOut> {
  const unusable = await unusableRows(material.matrix);
  const selected =
    selection === null ? null : await selectFrames(engine, material, unusable.all, selection, seed, context);
  const dropped = new Set([...unusable.all, ...(selected?.dropped ?? [])]);
  const parts = weights.map((weight) => weight ?? 1);
  const surplus = new Set(
    weights.some((weight) => weight !== null) ? surplusOf(material.pieces, dropped, parts, seed) : [],
  );
  const rows = Int32Array.from([...dropped, ...surplus]).sort();
  return { rows, unusable, surplus, selection: selected?.report ?? null };
}

/** Frames by seed of the voices that would have more than their part. */
function surplusOf(
  pieces: readonly Piece[],
  dropped: ReadonlySet<number>,
  weights: readonly number[],
  seed: number,
): readonly number[] {
  const rows: number[][] = weights.map(() => []);
  let at = 0;
  for (const { source, rows: count } of pieces) {
    for (const end = at + count; at < end; at++) if (!dropped.has(at)) rows[source]?.push(at);
  }
  const wanted = balancedFrames(
    rows.map((own) => own.length),
    weights,
  );
  const random = createRandom(seed);
  return rows.flatMap((own, source) =>
    Array.from(shuffledOrder(own.length, random).subarray(wanted[source] ?? own.length), (place) => own[place] ?? 0),
  );
}
