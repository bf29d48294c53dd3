import { describe, expect, it } from 'vitest';
import type { HistoryEntry, SourceCheck, VerdictAction } from '@shared/contract/measurement';
import { summarizeLists } from '@shared/domain/measures/listSizes';
import { blendBands } from '@/components/charts/blendBands/blendBandsOption';
import { compareBands } from '@/components/charts/compare/compareBandsOption';
import { compareCurves } from '@/components/charts/compare/compareCurvesOption';
import { compareSizes } from '@/components/charts/compare/compareSizesOption';
import { coverage } from '@/components/charts/coverage/coverageOption';
import { groupHistogram } from '@/components/charts/groupHistogram/groupHistogramOption';
import { historyOption } from '@/components/charts/history/historyOption';
import { curvePoints, nprobeMarks } from '@/components/charts/nprobeAxis';
import { qualityCurve } from '@/components/charts/qualityCurve/qualityCurveOption';
import { searchStory } from '@/components/charts/searchStory/searchStoryOption';
import { sizeAndCost } from '@/components/charts/sizeAndCost/sizeAndCostOption';
import { sourceCheck } from '@/components/charts/sourceCheck/sourceCheckOption';
import { trainingProgress } from '@/components/charts/trainingProgress/trainingProgressOption';
import { nearestOf, voiceMap } from '@/components/charts/voiceMap/voiceMapOption';
import { chartContext } from './chartContext';
import { drawn, seriesData, tooltipText } from './drawn';
import { CURVE, curvePoint, MAP, measurement, quality } from './measurements';

const context = chartContext();
const iteration = (step: number, objective: number) => ({
  iteration: step,
  iterations: 10,
  objective,
  imbalance: 1.2,
});

describe('groupHistogram', () => {
  it('keeps empty groups apart and says how even the groups are', () => {
    const { table, summary, option } = groupHistogram(
      { lists: summarizeLists([0, 0, 3, 9, 10, 20, 12]), nprobe: 1, indexSlot: 0 },
      context,
    );
    expect(table.rows).toEqual([
      ['Empty', 2],
      ['1–7', 1],
      ['8–15', 3],
      ['16–31', 1],
    ]);
    expect(summary).toContain('The most common size is 8–15 moments (3 of 7 groups).');
    expect(drawn(option)).toContain('Empty');
  });

  it('has its own words when empty groups are the most common', () => {
    const { summary } = groupHistogram({ lists: summarizeLists([0, 0, 90]), nprobe: 1, indexSlot: 0 }, context);
    expect(summary).toContain('2 of 3');
    expect(summary).not.toContain('hold Empty');
  });
});

describe('nprobeMarks', () => {
  const points = curvePoints({
    stored: quality(1, 0.7, 0.1),
    curve: [1, 2, 4, 8, 16, 32, 64].map((nprobe) => curvePoint(nprobe, 0.8, 0)),
  });
  const marks = (stored: number, suggested: number, action: VerdictAction = 'setNprobe') =>
    nprobeMarks(
      context,
      { stored: { nprobe: stored }, suggestion: { nprobe: suggested, reason: 'target' }, verdict: { action } },
      points,
    ).data;
  const rows = (stored: number, suggested: number): number[] =>
    marks(stored, suggested).map(({ label }) => label.offset[1]);

  it('puts the words side by side where there is room, and else in two rows', () => {
    expect(rows(4, 32)).toEqual([0, 0]);
    expect(rows(32, 64)).toEqual([-17, 0]);
    expect(rows(4, 4)).toEqual([0]);
  });

  it('suggest nothing that the verdict does not say', () => {
    expect(marks(4, 32, 'rebuild').map(({ label }) => label.formatter)).toEqual(['Now: 4']);
  });
});

describe('curvePoints', () => {
  it('adds the stored value that the ladder leaves out, in its place', () => {
    const stored = quality(3, 0.85, 0.01);
    const points = curvePoints({ stored, curve: [...CURVE] });
    expect(points.map(({ nprobe }) => nprobe)).toEqual([1, 2, 3, 4, 8]);
    expect(points[2]?.msPerSecond).toBeNull();
  });
});

describe('coverage', () => {
  it('splits the voice into shares that add up to all of it', () => {
    const { table } = coverage(measurement(), context);
    for (const [, ...shares] of table.rows) {
      expect(shares.reduce<number>((sum, cell) => sum + Number(cell), 0)).toBeCloseTo(100, 10);
    }
    const [none, partial, full] = table.rows[0]!.slice(1).map(Number);
    expect(none).toBeCloseTo(2);
    expect(partial).toBeCloseTo(9);
    expect(full).toBeCloseTo(89);
  });

  it('says what is missing now and that the suggestion cures it', () => {
    expect(coverage(measurement(), context).summary).toBe(
      'Searching 1 group leaves 11 of 100 moments without all 8 neighbors, and 2 with none at all. With 8, none is left out. Asked with 2,000 moments kept apart, of a trial made without them.',
    );
  });

  it('marks both values', () => {
    const svg = drawn(coverage(measurement(), context).option);
    expect(svg).toContain('Now: 1');
    expect(svg).toContain('Suggested: 8');
  });

  it('names who asked', () => {
    const queries = { ...measurement().queries, origin: 'stored' as const };
    expect(coverage(measurement({ queries }), context).summary).toContain(
      'Asked with 2,000 moments that the index holds, each leaving itself out.',
    );
  });

  it('draws a single value across the picture', () => {
    const stored = quality(1, 0.9, 0.02);
    const { option, table } = coverage(
      measurement({ stored, curve: [curvePoint(1, 0.9, 0.02)], suggestion: { nprobe: 1, reason: 'stored' } }),
      context,
    );
    expect(table.rows).toHaveLength(1);
    expect(seriesData(option, 2)).toHaveLength(2);
    expect(drawn(option)).toContain('Now, and suggested: 1');
  });

  it('draws nothing when every moment finds all of its neighbors, and says so', () => {
    const stored = quality(1, 1, 0);
    const { option, summary } = coverage(
      measurement({ stored, curve: [curvePoint(1, 1, 0)], suggestion: { nprobe: 1, reason: 'stored' } }),
      context,
    );
    expect(option).toBeNull();
    expect(summary).toContain('all 8');
  });

  it('explains an index without groups', () => {
    const stored = { ...measurement().stored, nprobe: null };
    const { option, summary } = coverage(measurement({ stored, curve: [] }), context);
    expect(option).toBeNull();
    expect(summary).toContain('no groups');
  });
});

describe('qualityCurve', () => {
  it('says what is found now, at the suggestion, and what the slowest costs', () => {
    expect(qualityCurve({ measurement: measurement(), indexSlot: 0 }, context).summary).toBe(
      'Searching 1 group, 54 of 100 moments come out the same as with the best possible index. With 8 groups it would be 99. ' +
        'Even searching 8 takes only 8 ms for each second of audio; realtime allows 1,000. Asked with 2,000 moments kept apart, of a trial made without them.',
    );
  });

  it('warns when the slowest is too slow for realtime', () => {
    const slow = {
      ...curvePoint(8, 0.97, 0),
      msPerSecond: { oneThread: { p50: 900, p95: 1_200 }, allThreads: { p50: 400, p95: 600 } },
    };
    const { summary } = qualityCurve({ measurement: measurement({ curve: [slow] }), indexSlot: 0 }, context);
    expect(summary).toContain('more than the 1,000 that realtime allows');
  });

  it('keeps the interval in the table and in the band', () => {
    const { table, option } = qualityCurve({ measurement: measurement(), indexSlot: 0 }, context);
    const row = table.rows[0]!.map(Number);
    expect(row.slice(0, 4)).toEqual([1, expect.closeTo(54), expect.closeTo(53), expect.closeTo(55)]);
    expect(seriesData(option, 0)[0]?.[1]).toBeCloseTo(53);
    expect(seriesData(option, 1)[0]?.[1]).toBeCloseTo(2);
    expect(drawn(option)).toContain('Right neighbors found');
  });

  it('speaks of neighbors where no step of the voice is known', () => {
    const curve = measurement().curve.map((point) => ({ ...point, same: null, blend: null }));
    const stored = { ...measurement().stored, same: null, blend: null };
    const { summary, table } = qualityCurve({ measurement: measurement({ curve, stored }), indexSlot: 0 }, context);
    expect(summary).toContain('Searching 1 group finds 52 of 100 right neighbors. With 8 groups it would be 97.');
    expect(table.columns).not.toContain('Moments that come out the same, %');
  });

  it('is one sentence where nothing is lost however few groups are searched', () => {
    const perfect = { ...quality(1, 1, 0), same: { value: 1, low: 1, high: 1 } };
    const curve = [1, 2].map((nprobe) => ({ ...curvePoint(nprobe, 1, 0), same: perfect.same }));
    const { option, summary } = qualityCurve(
      {
        measurement: measurement({ stored: perfect, curve, suggestion: { nprobe: 1, reason: 'target' } }),
        indexSlot: 0,
      },
      context,
    );
    expect(option).toBeNull();
    expect(summary).toContain('Searching 1 group, 100 of 100 moments come out the same');
  });

  it('says that nothing better fits into realtime', () => {
    const suggestion = { nprobe: 4, reason: 'best' } as const;
    const { summary } = qualityCurve({ measurement: measurement({ suggestion }), indexSlot: 0 }, context);
    expect(summary).toContain(
      'With 4 groups it would be 94. Searching more would take more than 5% of realtime in the slowest program.',
    );
  });
});

describe('blendBands', () => {
  it('answers with the three bands', () => {
    const { summary, option } = blendBands(
      { median: 0.1, p95: 0.8, same: 0.7, slight: 0.26, different: 0.04 },
      context,
    );
    expect(summary).toMatch(/^Of 100 moments, 70 come out the same .* 26 slightly different and 4 different\./);
    const svg = drawn(option);
    expect(svg).toContain('>70%<');
    expect(svg).not.toContain('>4%<');
  });

  it('explains that nothing is known without consecutive frames', () => {
    expect(blendBands(null, context).option).toBeNull();
  });

  it('is one sentence where no moment is another, and shows no smaller differences than can be heard', () => {
    const all = blendBands({ median: 8.6e-7, p95: 9e-7, same: 1, slight: 0, different: 0 }, context);
    expect(all.option).toBeNull();
    expect(all.summary).toBe(
      'Every moment comes out the same as with the best possible index: there is no difference to hear.',
    );
    const tiny = blendBands({ median: 8.6e-7, p95: 9e-7, same: 0.999, slight: 0.001, different: 0 }, context);
    expect(tiny.summary).toContain('is <\u00a00.01 steps, 95 of 100 stay below 0.01.');
  });
});

describe('trainingProgress', () => {
  it('measures every step against the first', () => {
    const { table, summary } = trainingProgress([iteration(0, 200), iteration(1, 150)], context);
    expect(table.rows).toEqual([
      [1, 100, 1.2],
      [2, 75, 1.2],
    ]);
    expect(summary).toBe('Step 2 of 10: moments are 25% closer to their groups than after the first. Still improving.');
  });

  it('marks where it stopped improving', () => {
    const { option, summary } = trainingProgress(
      [200, 150, 149.99, 149.98].map((objective, step) => iteration(step, objective)),
      context,
    );
    expect(summary).toContain('Hardly improving any more.');
    expect(drawn(option)).toContain('Hardly improves from here');
  });

  it('survives a perfect start and no start', () => {
    expect(trainingProgress([iteration(0, 0), iteration(1, 0)], context).table.rows[1]?.[1]).toBe(100);
    expect(trainingProgress([], context).option).toBeNull();
  });
});

describe('voiceMap', () => {
  it('lets the group that sounds pulse, and rings it where no motion is wanted', () => {
    const seriesOf = (animate: boolean, playing: number | null) => {
      const { option } = voiceMap(
        { map: MAP, nprobe: 1, indexSlot: 0, picked: null, playing },
        { ...context, animate },
      );
      return [option?.series ?? []].flat();
    };
    const [group] = MAP.groups;
    const pulsing = seriesOf(true, group?.list ?? null).filter(({ type }) => type === 'effectScatter');
    expect(pulsing).toHaveLength(1);
    expect(pulsing[0]).toMatchObject({ data: [[group?.x, group?.y, group?.list, group?.size]] });
    expect(seriesOf(true, null).some(({ type }) => type === 'effectScatter')).toBe(false);

    const still = seriesOf(false, group?.list ?? null);
    expect(still.some(({ type }) => type === 'effectScatter')).toBe(false);
    const ring = {
      data: [[group?.x, group?.y, group?.list, group?.size]],
      itemStyle: { borderColor: context.colors.repair },
    };
    expect(still.at(-1)).toMatchObject(ring);
  });

  it('counts the holes and admits the simplification', () => {
    const { summary, table } = voiceMap({ map: MAP, nprobe: 1, indexSlot: 0, picked: null }, context);
    expect(summary).toContain('2 of 4 groups are too small or empty.');
    expect(summary).toContain('31%');
    expect(table.rows[0]?.at(-1)).toBe('1 2 3');
  });

  it('has no holes where enough groups are searched together, however small single ones are', () => {
    const { summary, option } = voiceMap({ map: MAP, nprobe: 4, indexSlot: 0, picked: null }, context);
    expect(summary).toContain('4 are searched together, so none is too small.');
    expect(drawn(option)).toContain('Fewer than 8 moments');
    expect(drawn(option)).not.toContain('Too small');
    expect(drawn(option)).not.toContain(context.colors.repair);
  });

  it('tells merged voices apart by color, shape and name', () => {
    const map = { ...MAP, groups: MAP.groups.map((group, at) => ({ ...group, size: 20, origin: at % 2 })) };
    const { option } = voiceMap({ map, nprobe: 1, indexSlot: 0, picked: null, voices: ['Aria', 'Bob'] }, context);
    const series = option?.series as { name?: string; symbol?: string; data: unknown[] }[];
    const [aria, bob] = ['Aria', 'Bob'].map((name) => series.find((one) => one.name === name));
    expect((aria?.data.length ?? 0) + (bob?.data.length ?? 0)).toBe(map.groups.length);
    expect(aria?.symbol).not.toBe(bob?.symbol);
  });

  it('sorts groups into enough, small and empty, each with its own mark', () => {
    const { option } = voiceMap({ map: MAP, nprobe: 1, indexSlot: 0, picked: null }, context);
    expect([0, 1, 2].map((series) => seriesData(option, series).map((row) => row[2]))).toEqual([[0, 1], [2], [3]]);
    expect(drawn(option)).toContain('Enough moments');
  });

  it('shows the true neighbors of the picked group, nearest first', () => {
    const group = MAP.groups[3]!;
    expect(nearestOf(group, MAP).map(({ list }) => list)).toEqual([2, 1, 0]);
    const lines = (picked: number | null) =>
      [voiceMap({ map: MAP, nprobe: 1, indexSlot: 0, picked }, context).option?.series ?? []]
        .flat()
        .filter(({ type }) => type === 'line');
    expect(lines(3)).toHaveLength(3);
    expect(lines(null)).toHaveLength(0);
  });

  it('draws one group', () => {
    const map = { ...MAP, groups: MAP.groups.slice(0, 1) };
    expect(drawn(voiceMap({ map, nprobe: 1, indexSlot: 0, picked: 0 }, context).option)).not.toContain('NaN');
  });
});

describe('historyOption', () => {
  const entry = (at: number) => ({ at, same: 0.9, recall: 0.9, missing: 0 }) as HistoryEntry;
  const labels = (...times: readonly number[]) => {
    const option = historyOption(times.map(entry), [{ name: 'same', of: ({ recall }) => recall }], context);
    return ([option?.xAxis ?? []].flat()[0] as { data?: readonly string[] }).data;
  };
  const noon = (year: number, month: number) => new Date(year, month, 3, 12).getTime();

  it('names days, and the time where the day says nothing new', () => {
    const time = context.format.clockTime;
    const [may, june] = [noon(2020, 4), noon(2020, 5)];
    expect(labels(may, june, june + 60_000)).toEqual(['May 3, 2020', 'Jun 3, 2020', time(june + 60_000)]);
    expect(labels(may, may + 60_000)).toEqual([time(may), time(may + 60_000)]);
  });
});

describe('searchStory', () => {
  const story = {
    x: 0.2,
    y: 0,
    nprobe: 1,
    probes: [0, 1, 2].map((list) => ({ list, distance: list, size: 10 })),
    found: [{ list: 0, distance: 1, weight: 1 }],
    truth: [
      { list: 0, distance: 1 },
      { list: 1, distance: 2 },
    ],
  };
  const at = (step: number, changes = {}) =>
    searchStory({ map: MAP, story: { ...story, ...changes }, indexSlot: 0, step }, context);

  it('tells what is found, and how many groups would find all', () => {
    expect(at(1).picture.summary).toBe(
      'One real moment of this voice, searched in 1 of 4 groups: 1 of its 2 nearest neighbors are found.',
    );
    expect(at(3).words).toContain('searching 2 groups would find them all');
  });

  it('does not promise what it cannot know', () => {
    expect(at(3, { truth: [{ list: 3, distance: 9 }] }).words).toContain('farther away');
  });

  it('says nothing of misses when nothing is missed', () => {
    expect(at(3, { nprobe: 2 }).words).not.toContain('others');
  });

  it('names the moment on the side where there is room', () => {
    const sides = [-1e6, 1e6].map((x) => [at(1, { x }).picture.option?.series ?? []].flat().at(-1)?.label?.position);
    expect(sides).toEqual(['right', 'left']);
  });

  it('adds to the picture with every step', () => {
    const series = (step: number) => [at(step).picture.option?.series ?? []].flat().length;
    expect(series(2)).toBeGreaterThan(series(1));
    expect(series(3)).toBeGreaterThan(series(2));
    expect(drawn(at(3).picture.option)).toContain('Missed');
  });

  it('explains that there is nothing to show', () => {
    expect(searchStory({ map: MAP, story: null, indexSlot: 0, step: 1 }, context).picture.option).toBeNull();
  });
});

describe('sourceCheck', () => {
  const source: SourceCheck = {
    frames: 1_000,
    files: 2,
    nonFinite: [{ file: 'broken.npy', rows: 12 }],
    norm: { mean: 9, p5: 7, p95: 12 },
    repeated: 0.3,
    repeatedFiles: [
      { file: '<b>.npy', share: 1, frames: 300 },
      { file: 'fine.npy', share: 0, frames: 700 },
    ],
  };

  it('names silence and what is not a number', () => {
    const { summary, table } = sourceCheck(source, context);
    expect(summary).toContain('30% repeat the moment before: there is much digital silence');
    expect(summary).toContain('12 moments hold values that are not numbers');
    expect(table.rows.map(([file]) => file)).toEqual(['broken.npy', '<b>.npy']);
  });

  it('never lets a file name become markup', () => {
    expect(tooltipText(sourceCheck(source, context).option, { dataIndex: 0 })).toContain('&lt;b&gt;.npy');
  });

  it('notices normalized features', () => {
    const norm = { mean: 1, p5: 1, p95: 1 };
    expect(sourceCheck({ ...source, norm }, context).summary).toContain('normalized');
  });

  it('puts the file that repeats most first', () => {
    const files = [0.1, 0.9, 0.5].map((share) => ({ file: `${share}.npy`, share, frames: 10 }));
    const { table } = sourceCheck({ ...source, nonFinite: [], repeatedFiles: files }, context);
    expect(table.rows.map(([file]) => file)).toEqual(['0.9.npy', '0.5.npy', '0.1.npy']);
  });

  it('draws nothing of the short silences of any recording, and keeps the table', () => {
    const { option, table } = sourceCheck({ ...source, repeated: 0.01 }, context);
    expect(option).toBeNull();
    expect(table.rows).toHaveLength(2);
  });

  it('draws nothing when nothing repeats, and keeps the table', () => {
    const { option, table } = sourceCheck({ ...source, repeated: 0, repeatedFiles: [] }, context);
    expect(option).toBeNull();
    expect(table.rows).toHaveLength(1);
  });
});

describe('the comparison', () => {
  const items = [
    { label: 'A', slot: 0, measurement: measurement() },
    { label: 'B', slot: 1, measurement: measurement({ bytes: 10_000_000, lists: summarizeLists([30, 30, 30]) }) },
  ];

  it('draws sizes on the same axes', () => {
    const { option, summary } = compareSizes(items, context);
    const axes = [option?.yAxis ?? []].flat();
    // Most of the groups are small: they would lie flat on an even axis.
    expect(axes.map((axis) => [axis.type, axis.max])).toEqual([
      ['log', 1_000],
      ['log', 1_000],
    ]);
    expect([option?.xAxis ?? []].flat().map((axis) => axis.max)).toEqual([6, 6]);
    expect(summary).toBe('A: 2 of 6 groups are too small. B: none of 3 groups is too small.');
    expect(drawn(option)).toContain('>B<');
  });

  it('draws curves and bands of every index', () => {
    expect(drawn(compareCurves(items, context).option)).toContain('>B<');
    expect(compareCurves(items, context).table.rows).toHaveLength(8);
    expect(drawn(compareBands(items, context).option)).toContain('>B<');
  });

  it('calls none of several files the smallest when they are alike', () => {
    const alike = items.map((item) => ({ ...item, measurement: { ...item.measurement, bytes: 28_400_000 } }));
    expect(sizeAndCost(alike, context).summary).toContain('All files are about the same size (28.4 MB).');
    expect(sizeAndCost(alike, context).summary).not.toContain('smallest');
  });

  it('names the smallest file', () => {
    expect(sizeAndCost(items, context).summary).toContain('B is the smallest file (10 MB).');
    expect(sizeAndCost(items.slice(0, 1), context).summary).toBe(
      'The file takes 142 MB, and about as much memory while it is loaded. Searching takes up to 1 ms for each second of audio: 0.1% of what realtime allows.',
    );
    expect(drawn(sizeAndCost(items, context).option)).toContain('142 MB');
    // One bar has nothing to be held against.
    expect(sizeAndCost(items.slice(0, 1), context).option).toBeNull();
  });
});

describe('in Korean', () => {
  it('every picture has its words', () => {
    const korean = chartContext('ko');
    const all = [
      groupHistogram({ lists: summarizeLists([0, 9]), nprobe: 1, indexSlot: 0 }, korean),
      coverage(measurement(), korean),
      qualityCurve({ measurement: measurement(), indexSlot: 0 }, korean),
      blendBands(measurement().stored.blend, korean),
      trainingProgress([iteration(0, 2), iteration(1, 1)], korean),
      voiceMap({ map: MAP, nprobe: 1, indexSlot: 0, picked: 1 }, korean),
      sizeAndCost([{ label: 'A', slot: 0, measurement: measurement() }], korean),
    ];
    for (const { title, summary } of all) {
      expect(title).toMatch(/[가-힣]/);
      expect(summary).toMatch(/[가-힣]/);
      expect(summary).not.toMatch(/[{}|]/);
    }
  });
});
