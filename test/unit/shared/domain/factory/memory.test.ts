import { describe, expect, it } from 'vitest';
import { readFactory, type ValidFactory } from '@shared/domain/factory/reading';
import { factoryMemory, hostMemory } from '@shared/domain/factory/memory';
import { BASE_MEMORY_BYTES, ivfFlatBytes } from '@shared/domain/recipes/forecast';

function valid(text: string): ValidFactory {
  const reading = readFactory(text, 768);
  if (reading.state !== 'valid') throw new Error(reading.reason);
  return reading;
}

describe('factoryMemory', () => {
  it('holds the vectors, the index and what k-means keeps', () => {
    const kMeans = 12 * 90_000 + 4 * 2_307 * 768;
    const expected = 90_000 * 768 * 4 + ivfFlatBytes(90_000, 2_307, 768) + kMeans + BASE_MEMORY_BYTES;
    expect(factoryMemory(valid('IVF2307,Flat'), 90_000, 768)).toBe(expected);
  });

  it('copies a sample when there is more than k-means takes', () => {
    const few = factoryMemory(valid('IVF10,Flat'), 2_560, 768) ?? 0;
    const more = factoryMemory(valid('IVF10,Flat'), 2_561, 768) ?? 0;
    expect(more - few).toBeGreaterThan(2_560 * 768 * 4);
  });

  it('needs more for codes that learn from leftovers, and for a rotation', () => {
    const plain = factoryMemory(valid('IVF10,Flat'), 9_000, 768) ?? 0;
    expect(factoryMemory(valid('OPQ16,IVF10,Flat'), 9_000, 768) ?? 0).toBeGreaterThan(plain + 4 * 9_000 * 768);
    expect(factoryMemory(valid('ITQ,Flat'), 9_000, 768)).toBeNull();
  });
});

describe('hostMemory', () => {
  // An hour of v2: the index twice, about 1.2 GB.
  it('is the index and its vectors', () => {
    expect(hostMemory(valid('IVF5000,Flat'), 195_000, 768)).toBe(616_000_139 + 195_000 * 768 * 4);
    expect(hostMemory(valid('ITQ,Flat'), 9_000, 768)).toBeNull();
  });
});
