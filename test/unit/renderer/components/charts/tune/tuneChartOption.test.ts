import { describe, expect, it } from 'vitest';
import type { ChartOption } from '@/components/charts/echarts';
import { NO_LIMITS } from '@/pages/tune/tuneSearch';
import { tuneChart, type TuneChartInput } from '@/components/charts/tune/tuneChartOption';
import { candidate } from '../../../pages/tune/tuneCandidates';
import { chartContext } from '../chartContext';
import { drawn, seriesData, tooltipText } from '../drawn';

const context = chartContext();
const input: TuneChartInput = {
  candidates: [
    candidate({ id: 'best', quality: 1, bytes: 28_000_000, msPerSecond: 16 }),
    candidate({ id: 'balanced', quality: 0.8, bytes: 28_000_000, msPerSecond: 6, fits: false }),
    candidate({ id: 'half', quality: 0.8, bytes: 14_000_000, msPerSecond: 30 }),
    candidate({ id: 'small', quality: 0.4, bytes: 7_000_000, msPerSecond: 2 }),
  ],
  names: ['Best', 'Balanced', 'Half', 'Small <b>'],
  proposal: 'best',
  limits: NO_LIMITS,
};

/** Series of one panel, in the order they are drawn. */
const EDGE = 0;
const FITTING = 1;
const BEYOND = 2;
const RING = 3;
const PANEL = 4;

/** Positions of the candidates that a series of dots shows. */
function placesOf(option: ChartOption | null, series: number): unknown[] {
  return (seriesData(option, series) as unknown as { value: number[] }[]).map(({ value }) => value[2]);
}

describe('tuneChart', () => {
  it('connects those that none beats, by size and by time', () => {
    const { option } = tuneChart(input, context);
    expect(seriesData(option, EDGE).map(([, , place]) => place)).toEqual([3, 2, 0]);
    expect(seriesData(option, PANEL + EDGE).map(([, , place]) => place)).toEqual([3, 1, 0]);
  });

  it('draws what keeps the limits, what does not, and a ring around the proposal', () => {
    const { option } = tuneChart(input, context);
    expect(placesOf(option, FITTING)).toEqual([0, 2, 3]);
    expect(placesOf(option, BEYOND)).toEqual([1]);
    expect(seriesData(option, RING)).toEqual([[28, 100, 0]]);
    expect(seriesData(tuneChart({ ...input, proposal: null }, context).option, RING)).toEqual([]);
  });

  it('shows limits as lines with their words', () => {
    const limits = { maxBytes: 10_000_000, maxMs: 12, minQuality: 0.75 };
    const svg = drawn(tuneChart({ ...input, limits }, context).option);
    expect(svg).toContain('>10 MB<');
    expect(svg).toContain('>12 ms<');
    const without = drawn(tuneChart(input, context).option);
    expect(without).not.toContain('>10 MB<');
    expect(without).toContain('>Tried<');
  });

  it('names the proposed one, and none over another', () => {
    const crowd = Array.from({ length: 10 }, (_, place) =>
      candidate({ id: `option-${place}`, quality: 0.9 + place / 1e3, bytes: 20_000_000 + place }),
    );
    const names = crowd.map((_, place) => `Way ${place}`);
    const svg = drawn(tuneChart({ ...input, candidates: crowd, names, proposal: 'option-6' }, context).option);
    expect(svg.match(/>Way \d</g)).toEqual(['>Way 6<']);
  });

  it('says what the closest and the smallest cost, and keeps everything in its table', () => {
    const { summary, table } = tuneChart(input, context);
    expect(summary).toContain('100 of 100 moments come out the same, in 28 MB');
    expect(summary).toContain('40, in 7 MB');
    expect(table.rows[1]).toEqual(['Balanced', 80, expect.closeTo(78), expect.closeTo(82), 28, 6, 'no']);
    expect(tuneChart({ ...input, candidates: input.candidates.slice(3) }, context).summary).toContain('smallest, too');
  });

  it('never lets a name become markup', () => {
    expect(tooltipText(tuneChart(input, context).option, { value: [7, 40, 3] })).toContain('&lt;b&gt;');
  });

  it('draws one alone, and nothing when there is nothing', () => {
    expect(drawn(tuneChart({ ...input, candidates: input.candidates.slice(0, 1) }, context).option)).toContain('Best');
    expect(tuneChart({ ...input, candidates: [] }, context).option).toBeNull();
  });

  it('has its words in Korean', () => {
    const { title, summary } = tuneChart(input, chartContext('ko'));
    expect(title).toMatch(/[가-힣]/);
    expect(summary).toMatch(/[가-힣]/);
    expect(summary).not.toMatch(/[{}|]/);
  });
});
