import type { IndexFacts } from './container';
import { LARGEST_VALUE } from './transforms';
import type { Walk } from '../walk';
import { corrupt, finite, pieces } from './walk';

/**
 * Looks at every number of the groups' centers: beside one that is not finite, or too large to be squared, FAISS names
 * groups at random.
 *
 * @throws `INDEX_CORRUPT` (details.field `center`), `INDEX_TRUNCATED` when the file shrinks meanwhile
 */
export function* checkCenters({ centroidsOffset, nlist, quantizer }: IndexFacts): Walk<void> {
  if (centroidsOffset === null || nlist === null || quantizer === null) return;
  yield* pieces(centroidsOffset, nlist * quantizer.dimension, 4, (view, at) => {
    const value = finite(view.getFloat32(at, true), 'center');
    if (Math.abs(value) > LARGEST_VALUE) throw corrupt('center', value, 'numbers as large cannot be compared');
  });
}
