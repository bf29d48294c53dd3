import type { IndexFacts } from './container';
import { pieces, readRange } from './walk';
import type { Walk } from '../walk';

/** Vectors of one list that are looked at. */
const MOST_VECTORS = 2_000;

/**
 * The ids of one inverted list, the most typical first: those nearest to its center. Where the vectors are not kept as
 * they are, in the order of the list.
 *
 * @returns at most 2,000; null when the index keeps no such list where this can look
 * @throws `INDEX_TRUNCATED` when the file shrinks meanwhile
 */
export function* typicalIds(
  { walked, listSizes, listsOffset, codeSize, centroidsOffset, dimension }: IndexFacts,
  list: number,
): Walk<readonly number[] | null> {
  const size = listSizes?.[list];
  if (!walked || listSizes === null || listsOffset === null || codeSize === null || size === undefined) return null;
  let start = listsOffset;
  for (const before of listSizes.subarray(0, list)) start += before * (codeSize + 8);
  const count = Math.min(size, MOST_VECTORS);
  const ids: number[] = [];
  yield* pieces(start + size * codeSize, count, 8, (view, at) => ids.push(Number(view.getBigInt64(at, true))));
  if (centroidsOffset === null || codeSize !== 4 * dimension) return ids;
  const center = yield* readRange(centroidsOffset + list * codeSize, codeSize);
  const distances = new Float64Array(count);
  yield* pieces(start, count, codeSize, (view, at, place) => {
    let sum = 0;
    for (let cell = 0; cell < codeSize; cell += 4) {
      sum += (view.getFloat32(at + cell, true) - center.getFloat32(cell, true)) ** 2;
    }
    distances[place] = sum;
  });
  const order = Array.from(ids.keys()).sort((one, other) => (distances[one] ?? 0) - (distances[other] ?? 0));
  return order.map((place) => ids[place] ?? -1);
}
