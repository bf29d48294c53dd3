import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { walkIndex } from '@shared/formats/faiss/container';
import { typicalIds } from '@shared/formats/faiss/typical';
import { walkBytes } from '@shared/formats/walk';
import { ivfFlat } from '../../../../fixtures/ivfFlat';

function idsOf(bytes: Uint8Array, list: number): readonly number[] | null {
  return walkBytes(bytes, typicalIds(walkBytes(bytes, walkIndex(bytes.length)), list));
}

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`test/fixtures/indexes/${name}.index`));
}

describe('typicalIds', () => {
  it('begins with what lies nearest to the center of its own list', () => {
    const place = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }));
    const lists = fc.array(fc.record({ center: place, vectors: fc.array(place, { maxLength: 6 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(lists, (drawn) => {
        const vectors = drawn.flatMap((list) => list.vectors);
        let next = 0;
        const ids = drawn.map((list) => list.vectors.map(() => next++));
        const bytes = ivfFlat(ids, 2, {
          vector: (id) => Float32Array.from(vectors[id] ?? []),
          center: (list) => Float32Array.from(drawn[list]?.center ?? []),
        });
        drawn.forEach(({ center }, list) => {
          const away = (id: number): number => (vectors[id]![0] - center[0]) ** 2 + (vectors[id]![1] - center[1]) ** 2;
          expect(idsOf(bytes, list)).toEqual([...ids[list]!].sort((one, other) => away(one) - away(other)));
        });
      }),
      { numRuns: 50 },
    );
  });

  it('looks at the first 2,000 of a list', () => {
    const ids = Array.from({ length: 2_001 }, (_, id) => id);
    const nearest = idsOf(ivfFlat([[], ids], 1, { vector: (id) => Float32Array.of(9_000 - id) }), 1);
    expect([nearest?.length, nearest?.[0], nearest?.[1_999]]).toEqual([2_000, 1_999, 0]);
  });

  it.each(['ivf-sq8', 'pca-ivf-flat'])(
    'keeps to the order of the list where vectors are stored otherwise: %s',
    (name) => {
      const bytes = fixture(name);
      const all = [0, 1, 2, 3].flatMap((list) => idsOf(bytes, list) ?? []);
      expect([...all].sort((one, other) => one - other)).toEqual(Array.from({ length: 40 }, (_, id) => id));
      for (const list of [0, 1, 2, 3]) {
        const ids = idsOf(bytes, list) ?? [];
        expect(ids).toEqual([...ids].sort((one, other) => one - other));
      }
    },
  );

  it.each([
    ['flat', 0],
    ['lsh', 0],
    ['ivf-pqfs', 0],
    ['ivf-flat-no-lists', 0],
    ['ivf-flat', 4],
  ])('knows nothing of what is not there: %s, list %i', (name, list) => {
    expect(idsOf(fixture(name), list)).toBeNull();
  });
});
