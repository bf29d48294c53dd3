import {
  type Body,
  firstObstacle,
  givesRowsBack,
  type Header,
  type IdUse,
  type NestedReader,
  type Part,
  setting,
  UNWALKED,
} from './parts';
import { transforms } from './transforms';
import type { Walk } from '../walk';
import { corrupt, type FieldReader, pieces } from './walk';

/** How many times as many candidates as are wanted may be fetched from the first index. */
const MAX_FACTOR = 1024;

/** Another index behind a change of the vectors. */
export function* preTransformBody(reader: FieldReader, header: Header, ids: IdUse, nested: NestedReader): Walk<Body> {
  const { dimension, reversible, flaws, obstacle } = yield* transforms(reader, header.dimension, header.trained);
  const wraps = yield* inner(nested, ids, 'index', dimension, header.ntotal);
  return {
    walked: wraps.walked,
    obstacle: firstObstacle(obstacle, obstacleInside(wraps)),
    reconstructable: reversible && wraps.reconstructable,
    byRow: reversible && wraps.byRow,
    rowsBack: reversible && givesRowsBack(wraps),
    flaws: [...flaws, ...wraps.flaws],
    wraps,
  };
}

/** A fast index, and another that computes the distances of what it finds again, by row number. */
export function* refineBody(reader: FieldReader, header: Header, nested: NestedReader): Walk<Body> {
  const wraps = yield* inner(nested, 'rows', 'base_index', header.dimension, header.ntotal);
  if (!wraps.walked) return { ...UNWALKED, wraps };
  const refine = yield* inner(nested, 'any', 'refine_index', header.dimension, header.ntotal);
  if (!refine.walked) return { ...UNWALKED, wraps };
  const factor = yield* reader.f32('k_factor');
  if (!(factor >= 1)) throw corrupt('k_factor', factor, 'it must be at least 1');
  return {
    walked: true,
    obstacle: firstObstacle(
      obstacleInside(wraps),
      obstacleInside(refine),
      // FAISS asks for the distances where an exception ends the process.
      refine.byRow ? null : { why: 'type' },
      setting('k_factor', factor, factor <= MAX_FACTOR),
    ),
    reconstructable: refine.reconstructable,
    byRow: false,
    rowsBack: givesRowsBack(refine),
    // What is stored for the second look is what comes back; the index before it only has to search.
    flaws: refine.flaws,
    wraps,
  };
}

/** Another index with numbers of its own for the vectors. */
export function* idMapBody(
  reader: FieldReader,
  header: Header,
  ids: IdUse,
  nested: NestedReader,
  bothWays: boolean,
): Walk<Body> {
  const wraps = yield* inner(nested, 'rows', 'index', header.dimension, header.ntotal);
  if (!wraps.walked) return { ...UNWALKED, wraps };
  const items = yield* reader.vector('id_map', 8, header.ntotal);
  if (ids === 'rows') {
    yield* pieces(reader.offset - 8 * items, items, 8, (view, at) => {
      const id = view.getBigInt64(at, true);
      if (id < 0n || id >= BigInt(items)) {
        throw corrupt('id_map', id.toString(), `the index around it has ${items} rows`);
      }
    });
  }
  return {
    walked: true,
    obstacle: obstacleInside(wraps),
    // IndexIDMap has no way back from its own numbers to the inner ones; IndexIDMap2 has.
    reconstructable: bothWays && wraps.reconstructable,
    byRow: false,
    rowsBack: bothWays && givesRowsBack(wraps),
    // It asks the index inside for vectors by number; groups without a map cannot tell, and the host process ends.
    flaws: bothWays && givesRowsBack(wraps) ? wraps.flaws : ['idMap', ...wraps.flaws],
    wraps,
  };
}

/** An index inside an index, which must agree with the outer one. */
export function* inner(nested: NestedReader, ids: IdUse, name: string, dimension: number, ntotal: number): Walk<Part> {
  const part = yield* nested(ids);
  if (part.dimension !== dimension) throw corrupt(`${name}.d`, part.dimension, `the index around it says ${dimension}`);
  if (part.ntotal !== ntotal) throw corrupt(`${name}.ntotal`, part.ntotal, `the index around it says ${ntotal}`);
  return part;
}

/** Other measures than these two are refused by FAISS where an exception ends the process. */
export function obstacleInside(part: Part): Body['obstacle'] {
  return part.metric === 'other' ? { why: 'type' } : part.obstacle;
}
