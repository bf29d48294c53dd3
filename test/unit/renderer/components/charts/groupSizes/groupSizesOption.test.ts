import { describe, expect, it } from 'vitest';
import { summarizeLists } from '@shared/domain/measures/listSizes';
import { groupSizes, isSkewed, lineLabelBelow } from '@/components/charts/groupSizes/groupSizesOption';
import { chartContext } from '../chartContext';
import { drawn, seriesData } from '../drawn';

const context = chartContext();

function picture(sizes: readonly number[], logarithmic = false, nprobe = 1) {
  const vectors = sizes.reduce((sum, size) => sum + size, 0);
  return groupSizes({ lists: summarizeLists(sizes), vectors, nprobe, indexSlot: 0, logarithmic }, context);
}

describe('isSkewed', () => {
  it('asks for a logarithmic axis only where a linear one hides most groups', () => {
    expect(isSkewed(summarizeLists([952, 60, 30, 20, 4]))).toBe(true);
    expect(isSkewed(summarizeLists([60, 40, 30, 20, 9]))).toBe(false);
    expect(isSkewed(summarizeLists([40, 0, 0]))).toBe(true);
    expect(isSkewed(null)).toBe(false);
  });
});

describe('lineLabelBelow', () => {
  it('keeps the words at each line off the other', () => {
    expect(lineLabelBelow(13, 240, true)).toBe('enough');
    expect(lineLabelBelow(6.5, 60, true)).toBe('average');
    expect(lineLabelBelow(9, 16, false)).toBe('enough');
  });

  it('leaves them above where the lines are apart, or where there is no room below', () => {
    expect(lineLabelBelow(39.1, 912, true)).toBeNull();
    expect(lineLabelBelow(39.1, 80, false)).toBeNull();
    expect(lineLabelBelow(12, 240, false)).toBeNull();
  });
});

describe('groupSizes', () => {
  it('says how many groups are too small and how many empty', () => {
    expect(picture([120, 40, 7, 0]).summary).toBe(
      '4 groups hold 41.8 moments on average, from 0 to 120. 2 of 4 groups have fewer than the 8 that RVC asks for. 1 is empty.',
    );
  });

  it('does not call small groups too small where enough are searched together', () => {
    const { summary, option } = picture([120, 40, 30, 7, 0], false, 4);
    expect(summary).toContain(
      '2 of 5 groups have fewer than the 8 that RVC asks for; 4 are searched together, so none is too small. 1 is empty.',
    );
    expect(JSON.stringify(option)).not.toContain(context.colors.repair);
    expect(JSON.stringify(picture([120, 40, 30, 7, 0], false, 3).option)).toContain(context.colors.repair);
  });

  it('says that none is too small', () => {
    expect(picture([9, 8]).summary).toContain('None has fewer than the 8');
  });

  it('has words for one group and for an index that is still empty', () => {
    expect(picture([4_210]).summary).toContain('One group holds all 4,210 moments.');
    expect(picture([0, 0, 0]).summary).toBe('All 3 groups are empty: there is no voice in this index yet.');
  });

  it('is one sentence where all groups are alike', () => {
    const { option, summary, table } = picture([20, 20, 20]);
    expect(summary).toContain('Each of the 3 groups holds 20 moments.');
    expect(option).toBeNull();
    expect(table.rows).toHaveLength(3);
  });

  it('cuts the outline exactly where the small groups begin', () => {
    const { option } = picture([20, 10, 3, 0]);
    expect(seriesData(option, 0).map(([x, y]) => [x, y])).toEqual([
      [0, 20],
      [1, 10],
      [2, 10],
    ]);
    expect(seriesData(option, 1).map(([x, y]) => [x, y])).toEqual([
      [2, 3],
      [3, 0],
      [4, 0],
    ]);
  });

  it('keeps empty groups on a logarithmic axis', () => {
    const { option } = picture([100, 0], true);
    expect(seriesData(option, 1).every(([, y]) => y! > 0)).toBe(true);
  });

  it('cuts at the exact number of small groups when the sizes are a sample', () => {
    const sizes = Array.from({ length: 5_128 }, (_, list) => (list < 3 ? 2 : 40 + (list % 50)));
    const { option, table } = picture(sizes);
    expect(seriesData(option, 1)[0]?.[0]).toBe(5_125);
    expect(table.rows).toHaveLength(2_000);
    expect(table.rows.at(-1)).toEqual([5_128, 2]);
  });

  it('is drawn by ECharts', () => {
    expect(drawn(picture([120, 40, 7, 0]).option)).toContain('8, enough for RVC');
    expect(drawn(picture([1, 0], true).option)).toContain('Average 0.5');
  });

  it('explains why there is nothing to draw', () => {
    const empty = groupSizes({ lists: null, vectors: 10, nprobe: null, indexSlot: 0, logarithmic: false }, context);
    expect(empty.option).toBeNull();
    expect(empty.summary).toContain('no groups');
  });

  it('speaks Korean', () => {
    const lists = summarizeLists([120, 0]);
    expect(
      groupSizes({ lists, vectors: 120, nprobe: 1, indexSlot: 0, logarithmic: false }, chartContext('ko')).summary,
    ).toContain('비어 있습니다');
  });
});

describe('the sizes of merged voices', () => {
  it('say whose each group is, by color, name and in the table', () => {
    const lists = { nlist: 3, empty: 0, small: 0, smallest: 9, largest: 30, imbalance: 1.2, sorted: [30, 20, 9] };
    const origins = {
      voices: [
        { name: 'Aria', vectors: 39 },
        { name: 'Bob', vectors: 20 },
      ],
      sorted: [0, 1, 0],
    };
    const { option, table } = groupSizes(
      { lists, vectors: 59, nprobe: 1, indexSlot: 0, logarithmic: false, origins },
      context,
    );
    const areas = ((option?.series ?? []) as { name?: string; data: number[][] }[]).filter(
      ({ name }) => name !== undefined,
    );
    // Three groups and the right end of the last one.
    expect(areas.map(({ name, data }) => [name, data.map(([, y]) => y)])).toEqual([
      ['Aria', [30, 0, 9, 9]],
      ['Bob', [0, 20, 0, 0]],
    ]);
    expect(table.rows.map((row) => row[2])).toEqual(['Aria', 'Bob', 'Aria']);
  });
});
