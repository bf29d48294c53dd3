import type { IndexFacts } from './container';
import type { Walk } from '../walk';
import { corrupt, finite, pieces } from './walk';

/**
 * The largest squared norm of a center: twice what the engine takes in a row (native/src/algorithms/rows.h), for rounding.
 * Distances to what the engine takes, or to what a transform of an index makes of a feature, are then numbers.
 */
const LARGEST_SQUARE = 2 ** 125;

/**
 * Looks at every number of the groups' centers: beside one that is not finite, or too large to be compared, FAISS names
 * groups at random.
 *
 * @throws `INDEX_CORRUPT` (details.field `center`), `INDEX_TRUNCATED` when the file shrinks meanwhile
 */
export function* checkCenters({ centroidsOffset, nlist, quantizer }: IndexFacts): Walk<void> {
  if (centroidsOffset === null || nlist === null || quantizer === null) return;
  const { dimension } = quantizer;
  let square = 0;
  yield* pieces(centroidsOffset, nlist * dimension, 4, (view, at, index) => {
    if (index % dimension === 0) square = 0;
    const value = finite(view.getFloat32(at, true), 'center');
    square += value * value;
    if (square > LARGEST_SQUARE) throw corrupt('center', value, 'numbers as large cannot be compared');
  });
}
