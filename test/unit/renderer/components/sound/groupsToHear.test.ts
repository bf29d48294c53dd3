import { describe, expect, it } from 'vitest';
import type { VoiceMap } from '@shared/contract/measurement';
import { groupsToHear } from '@/components/sound/groupsToHear';

type Group = VoiceMap['groups'][number];

const group = (list: number, size: number, nearest: readonly (readonly [number, number])[] = []): Group => ({
  list,
  size,
  x: 0,
  y: 0,
  origin: null,
  nearest: nearest.map(([other, distance]) => ({ list: other, distance })),
});

const lists = (groups: readonly Group[]): number[] => groups.map(({ list }) => list);

describe('groupsToHear', () => {
  it('names the largest and the too small ones, a few of each', () => {
    const sizes = [0, 1, 3, 7, 8, 20, 40, 5, 2, 6, 4];
    const { large, small } = groupsToHear({ groups: sizes.map((size, list) => group(list, size)), explained: 1 });
    expect(lists(large)).toEqual([6, 5, 4, 3, 9]);
    expect(lists(small)).toEqual([1, 8, 2, 10, 7]);
  });

  it('names what lies far from everything, and nothing where all lie alike', () => {
    const near = [0, 1, 2, 3].map((list) => group(list, 20, [[(list + 1) % 4, 1]]));
    expect(lists(groupsToHear({ groups: near, explained: 1 }).stray)).toEqual([]);
    const far = group(9, 20, [[0, 5]]);
    expect(lists(groupsToHear({ groups: [...near, far, group(8, 0, [[9, 9]])], explained: 1 }).stray)).toEqual([9]);
  });

  it('takes the nearest that holds something for an empty one, each once', () => {
    const groups = [
      group(0, 0, [
        [1, 1],
        [2, 2],
      ]),
      group(1, 0, [
        [0, 1],
        [2, 2],
      ]),
      group(2, 9, [[0, 1]]),
      group(3, 0, [
        [0, 1],
        [1, 1],
      ]),
    ];
    expect(lists(groupsToHear({ groups, explained: 1 }).besideEmpty)).toEqual([2]);
  });
});
