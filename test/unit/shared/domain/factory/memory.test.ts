import { describe, expect, it } from 'vitest';
import { readFactory, type ValidFactory } from '@shared/domain/factory/reading';
import { hostMemory } from '@shared/domain/factory/memory';

function valid(text: string): ValidFactory {
  const reading = readFactory(text, 768);
  if (reading.state !== 'valid') throw new Error(reading.reason);
  return reading;
}

describe('hostMemory', () => {
  // An hour of v2: the index twice, about 1.2 GB.
  it('is the index and its vectors', () => {
    expect(hostMemory(valid('IVF5000,Flat'), 195_000, 768)).toBe(616_000_139 + 195_000 * 768 * 4);
    expect(hostMemory(valid('ITQ,Flat'), 9_000, 768)).toBeNull();
  });
});
