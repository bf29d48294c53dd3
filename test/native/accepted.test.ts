import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Index } from 'faiss-node';
import { describe, expect, it } from 'vitest';
import { checkCenters } from '@shared/formats/faiss/checkCenters';
import { walkIndex, type IndexFacts } from '@shared/formats/faiss/container';
import { walkBytes } from '@shared/formats/walk';
import { fieldVariants, ivfFlatIndex, otherIndexes } from '../fixtures/hostileIndexes';

/** What the walk finds nothing against, the engine opens, searches and gives back without harm. */
const folder = resolve('test/fixtures/indexes');
const written = readdirSync(folder)
  .filter((name) => name.endsWith('.index'))
  .map((name): [string, Uint8Array] => [name, new Uint8Array(readFileSync(resolve(folder, name)))]);

function accepted(bytes: Uint8Array): IndexFacts | null {
  try {
    const facts = walkBytes(bytes, walkIndex(bytes.length));
    walkBytes(bytes, checkCenters(facts));
    return facts.obstacle === null && facts.vectors > 0 ? facts : null;
  } catch {
    return null;
  }
}

/** Uses an index as a job would. What it refuses with an error is fine; what ends the process fails the test. */
async function use(bytes: Uint8Array, facts: IndexFacts): Promise<'used' | 'refused'> {
  try {
    const index = Index.fromBuffer(Buffer.from(bytes));
    try {
      if (facts.nprobe !== null && facts.nlist !== null) {
        index.setParameter('nprobe', Math.min(Math.max(1, facts.nprobe), facts.nlist));
        index.listSizes();
        (await index.centroids()).close();
      }
      if (facts.reconstructable) (await index.reconstruct({ from: 0, count: facts.vectors })).close();
      const queries = Float32Array.from({ length: 40 * facts.dimension }, (_, at) => Math.sin(at));
      const { labels } = await index.search(queries, 9, {});
      expect(labels.length).toBe(40 * 9);
    } finally {
      index.close();
    }
    return 'used';
  } catch (error) {
    if (error instanceof Error && 'code' in error) return 'refused';
    throw error;
  }
}

/** Numbers that repeat for a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SPECIAL = [0, 1, 2, 3, 0x7f, 0x80, 0xff];

function damaged(bytes: Uint8Array, next: () => number): Uint8Array {
  const copy = bytes.slice();
  const changes = 1 + Math.floor(next() * 3);
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(next() * copy.length);
    copy[at] = next() < 0.5 ? (SPECIAL[Math.floor(next() * SPECIAL.length)] ?? 0) : Math.floor(next() * 256);
  }
  return copy;
}

describe('what the walk accepts, the engine survives', () => {
  it.each(written)('%s as FAISS wrote it', async (name, bytes) => {
    const facts = accepted(bytes);
    // Ids that are no row numbers cannot be asked for one after the other.
    const outcome = /ids|idmap2-ivf/.test(name) ? 'refused' : 'used';
    if (facts !== null) expect(await use(bytes, facts)).toBe(outcome);
  });

  it.each([['IndexIVFFlat', ivfFlatIndex()] as const, ...Object.entries(otherIndexes())])(
    '%s with each field changed',
    async (_, built) => {
      let tried = 0;
      for (const { bytes } of fieldVariants(built)) {
        const facts = accepted(bytes);
        if (facts === null) continue;
        await use(bytes, facts);
        tried++;
      }
      expect(tried).toBeGreaterThan(0);
    },
  );

  it.each(written)('%s with bytes at random', async (name, bytes) => {
    const next = random(name.length * 7919);
    const rounds = Number(process.env['WALK_ROUNDS'] ?? 150);
    for (let round = 0; round < rounds; round++) {
      const copy = damaged(bytes, next);
      const facts = accepted(copy);
      if (facts !== null) await use(copy, facts);
    }
  });
});
