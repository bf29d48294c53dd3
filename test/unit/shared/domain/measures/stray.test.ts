import { describe, expect, it } from 'vitest';
import { strayGroups } from '@shared/domain/measures/stray';

describe('strayGroups', () => {
  it('names what lies far from everything, the farthest first', () => {
    expect(strayGroups([1, 1, 3, 1, 1.4, 5, 1])).toEqual([
      { place: 5, medians: 5 },
      { place: 2, medians: 3 },
    ]);
  });

  it('names nothing where all lie alike, and nothing of nothing', () => {
    expect(strayGroups([2, 2, 2, 2.9])).toEqual([]);
    expect(strayGroups([2, 2, 2, 3])).toEqual([{ place: 3, medians: 1.5 }]);
    expect(strayGroups([])).toEqual([]);
    expect(strayGroups([0, 0, 0, 7])).toEqual([]);
  });
});
