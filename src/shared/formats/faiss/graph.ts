import { boundedField } from './header';
import { firstObstacle, type Obstacle, setting } from './parts';
import type { Walk } from '../walk';
import { corrupt, type FieldReader } from './walk';

/** FAISS draws the levels at random, each 1/M as likely as the one below: no graph comes near as many. */
const MAX_LEVELS = 64;
/** FAISS's own default is 16. The time of one search grows with the square. */
const MAX_WIDTH = 4096;
/** Entry points above the lowest level; FAISS's own tools leave it at 1. */
const MAX_BEAM = 64;

/**
 * The links of a graph (HNSW). FAISS follows them into memory without looking, so each is looked at here: every vector's
 * links lie where its level says, and on each level they lead to vectors of that level.
 */
export function* hnswGraph(reader: FieldReader, ntotal: number): Walk<Obstacle | null> {
  yield* reader.vector('hnsw.assign_probas', 8, (items) => items <= MAX_LEVELS);
  const ends = yield* linksPerLevel(reader);
  const levels = yield* levelsOf(reader, ntotal, ends.length - 1);
  const links = yield* linkOffsets(reader, ntotal, levels, ends);
  yield* checkLinks(reader, links, levels, ends);
  const entry = yield* reader.i32('hnsw.entry_point');
  const top = yield* reader.i32('hnsw.max_level');
  if (ntotal === 0 ? entry !== -1 : entry < 0 || entry >= ntotal) {
    throw corrupt('hnsw.entry_point', entry, `there are ${ntotal} vectors`);
  }
  const highest = ntotal === 0 ? 0 : (levels[entry] ?? 0);
  if (ntotal === 0 ? top !== -1 : top < 0 || top >= highest) {
    throw corrupt('hnsw.max_level', top, `the entry point is on ${highest} levels`);
  }
  yield* boundedField(reader, 'hnsw.efConstruction', 1, MAX_INT);
  const width = yield* boundedField(reader, 'hnsw.efSearch', 1, MAX_INT);
  const beam = yield* boundedField(reader, 'hnsw.upper_beam', 1, MAX_INT);
  return firstObstacle(
    setting('hnsw.efSearch', width, width <= MAX_WIDTH),
    setting('hnsw.upper_beam', beam, beam <= MAX_BEAM),
  );
}

const MAX_INT = 0x7fff_ffff;

/** Where the links of each level end, counted from the vector's first; the first number is 0. */
function* linksPerLevel(reader: FieldReader): Walk<readonly number[]> {
  const name = 'hnsw.cum_nneighbor_per_level';
  const items = yield* reader.count(name);
  if (items < 2 || items > MAX_LEVELS + 1) throw corrupt(name, items, `it must be 2 to ${MAX_LEVELS + 1}`);
  const ends: number[] = [];
  yield* reader.i32s(items, name, (value, index) => {
    const before = index === 0 ? 0 : (ends[index - 1] ?? 0);
    if (index === 0 ? value !== 0 : value < before) throw corrupt(name, value, 'it must begin at 0 and never fall');
    ends.push(value);
  });
  return ends;
}

/** The levels each vector is on, from 1. */
function* levelsOf(reader: FieldReader, ntotal: number, most: number): Walk<Uint8Array> {
  const name = 'hnsw.levels';
  const items = yield* reader.count(name);
  if (items !== ntotal) throw corrupt(name, items, `the rest of the file says ${ntotal}`);
  reader.need(4 * items, name);
  const levels = new Uint8Array(items);
  yield* reader.i32s(items, name, (value, index) => {
    if (value < 1 || value > most) throw corrupt(name, value, `it must be 1 to ${most}`);
    levels[index] = value;
  });
  return levels;
}

/** Checks where the links of each vector begin. @returns how many links there are */
function* linkOffsets(reader: FieldReader, ntotal: number, levels: Uint8Array, ends: readonly number[]): Walk<number> {
  const name = 'hnsw.offsets';
  const items = yield* reader.count(name);
  if (items !== ntotal + 1) throw corrupt(name, items, `the rest of the file says ${ntotal + 1}`);
  let expected = 0;
  yield* reader.counts(items, name, (value, index) => {
    if (value !== expected) throw corrupt(name, value, `the levels make it ${expected}`);
    expected += ends[levels[index] ?? 0] ?? 0;
  });
  return expected;
}

function* checkLinks(reader: FieldReader, links: number, levels: Uint8Array, ends: readonly number[]): Walk<void> {
  const name = 'hnsw.neighbors';
  const items = yield* reader.count(name);
  if (items !== links) throw corrupt(name, items, `the rest of the file says ${links}`);
  // Whose link comes next, which of its links that is, and on which level it lies.
  let vector = 0;
  let position = 0;
  let level = 0;
  yield* reader.i32s(items, name, (target) => {
    while (position === (ends[levels[vector] ?? 0] ?? 0)) {
      vector++;
      position = 0;
      level = 0;
    }
    while (position >= (ends[level + 1] ?? 0)) level++;
    position++;
    // -1: no more links on this level.
    if (target === -1) return;
    // What is no vector is on no level.
    if ((levels[target] ?? 0) <= level) throw corrupt(name, target, `no such vector is on level ${level}`);
  });
}
