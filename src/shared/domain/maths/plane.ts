import { createRandom } from './random';

/** A plane through a cloud of rows, to draw them on. */
export interface Plane {
  readonly mean: Float32Array;
  /** Two orthogonal unit vectors. */
  readonly axes: readonly [Float32Array, Float32Array];
  /** Share of the variance that the plane shows, 0..1. */
  readonly explained: number;
}

/** Enough for a picture: the axes are then right to about a degree even when the third is nearly as strong. */
const ROUNDS = 24;
/** So many rows show where the axes are. */
const MOST_ROWS = 1_024;

/**
 * The first two principal components of the rows, by power iteration with deflation. The same rows and seed give the
 * same plane; each axis points where its largest component is positive, so that it does not flip between runs. Of many rows
 * some, spread evenly, decide where it lies; what it shows is said of all.
 *
 * @param rows n x columns, row-major.
 */
export function principalPlane(rows: Float32Array, columns: number, seed: number): Plane {
  const count = rows.length / columns;
  const mean = new Float32Array(columns);
  forEachRow(rows, columns, (row) => {
    for (let column = 0; column < columns; column++) mean[column] = (mean[column] ?? 0) + (row[column] ?? 0) / count;
  });
  let variance = 0;
  forEachRow(rows, columns, (row) => {
    for (let column = 0; column < columns; column++) variance += ((row[column] ?? 0) - (mean[column] ?? 0)) ** 2;
  });
  const random = createRandom(seed);
  const start = (): Float32Array => Float32Array.from({ length: columns }, () => random.normal());
  const some = aboutMean(spread(rows, columns), columns, mean);
  const first = component(some, columns, start(), null);
  const axes = [first, component(some, columns, start(), first)] as const;
  const shown = project(rows, columns, { mean, axes }).reduce((sum, value) => sum + value * value, 0);
  return { mean, axes, explained: variance > 0 ? Math.min(1, shown / variance) : 0 };
}

/** At most {@link MOST_ROWS} of them. */
function spread(rows: Float32Array, columns: number): Float32Array {
  const count = rows.length / columns;
  if (count <= MOST_ROWS) return rows;
  const some = new Float32Array(MOST_ROWS * columns);
  for (let place = 0; place < MOST_ROWS; place++) {
    const row = Math.floor((place * count) / MOST_ROWS);
    some.set(rows.subarray(row * columns, (row + 1) * columns), place * columns);
  }
  return some;
}

function aboutMean(rows: Float32Array, columns: number, mean: Float32Array): Float32Array {
  return rows.map((cell, at) => cell - (mean[at % columns] ?? 0));
}

/** Coordinates of the rows on the plane: x and y in turns, 2 n values. */
export function project(rows: Float32Array, columns: number, plane: Pick<Plane, 'mean' | 'axes'>): Float32Array {
  const out = new Float32Array((rows.length / columns) * 2);
  let at = 0;
  forEachRow(rows, columns, (row) => {
    for (const axis of plane.axes) {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        sum += ((row[column] ?? 0) - (plane.mean[column] ?? 0)) * (axis[column] ?? 0);
      }
      out[at++] = sum;
    }
  });
  return out;
}

/** @param rows about their mean */
function component(
  rows: Float32Array,
  columns: number,
  start: Float32Array,
  orthogonalTo: Float32Array | null,
): Float32Array {
  let axis = normalized(start, orthogonalTo);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float32Array(columns);
    let strength = 0;
    forEachRow(rows, columns, (row) => {
      let along = 0;
      for (let column = 0; column < columns; column++) along += (row[column] ?? 0) * (axis[column] ?? 0);
      strength += along * along;
      for (let column = 0; column < columns; column++) {
        next[column] = (next[column] ?? 0) + along * (row[column] ?? 0);
      }
    });
    if (strength === 0) break;
    axis = normalized(next, orthogonalTo);
  }
  return upright(axis);
}

function normalized(vector: Float32Array, orthogonalTo: Float32Array | null): Float32Array {
  if (orthogonalTo !== null) {
    let along = 0;
    vector.forEach((value, column) => (along += value * (orthogonalTo[column] ?? 0)));
    vector = vector.map((value, column) => value - along * (orthogonalTo[column] ?? 0));
  }
  let squares = 0;
  for (const value of vector) squares += value * value;
  const norm = Math.sqrt(squares);
  return norm > 0 ? vector.map((value) => value / norm) : vector;
}

function upright(axis: Float32Array): Float32Array {
  let largest = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? axis.map((value) => -value) : axis;
}

function forEachRow(rows: Float32Array, columns: number, visit: (row: Float32Array) => void): void {
  for (let first = 0; first < rows.length; first += columns) visit(rows.subarray(first, first + columns));
}
