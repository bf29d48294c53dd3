import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceBins, distancesOption, farFrames } from '@/pages/build/framesOption';
import { chartContext } from '../../components/charts/chartContext';
import { drawn, tooltipText } from '../../components/charts/drawn';

const steps = (filled: Readonly<Record<number, number>>) => Array.from({ length: 20 }, (_, step) => filled[step] ?? 0);

describe('distanceBins', () => {
  it('takes the outliers from the far end', () => {
    const bins = distanceBins(steps({ 3: 50, 4: 40, 9: 6, 19: 4 }), 7);
    expect(bins.filter(({ leftOut }) => leftOut > 0)).toEqual([
      { from: 2.25, to: 2.5, frames: 6, leftOut: 3 },
      { from: 4.75, to: Infinity, frames: 4, leftOut: 4 },
    ]);
  });

  it('shows up to twice the usual distance, and on to the last frame', () => {
    expect(distanceBins(steps({ 3: 50 }), 0)).toHaveLength(8);
    expect(distanceBins(steps({ 3: 50, 11: 1 }), 0)).toHaveLength(12);
  });

  it('loses no frame and leaves out as many as it is told, or all', () => {
    const counts = fc.array(fc.nat(1_000), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(counts, fc.nat(25_000), (distances, outliers) => {
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        const bins = distanceBins(distances, outliers);
        expect(sum(bins.map(({ frames }) => frames))).toBe(sum(distances));
        expect(sum(bins.map(({ leftOut }) => leftOut))).toBe(Math.min(outliers, sum(distances)));
      }),
    );
  });
});

describe('farFrames', () => {
  it.each([
    ['none', { 4: 100 }, 0],
    ['few', { 4: 99, 8: 1 }, 0.01],
    ['many', { 4: 95, 19: 5 }, 0.05],
  ])('%s', (amount, filled, share) => {
    expect(farFrames(distanceBins(steps(filled), 0))).toEqual({ amount, share });
  });

  it('knows of none where there are no frames', () => {
    expect(farFrames(distanceBins(steps({}), 0))).toEqual({ amount: 'none', share: 0 });
  });
});

describe('distancesOption', () => {
  const draw = (distances: readonly number[], outliers: number) => {
    const bins = distanceBins(distances, outliers);
    const names = { distance: 'Distance', frames: 'Frames', kept: 'Kept', leftOut: 'Left out' };
    return distancesOption(bins, { ...names, bins: bins.map(({ from }) => `from ${from}`) }, chartContext());
  };

  it('draws what is kept and what is left out, each with its number', () => {
    const option = draw(steps({ 4: 1_234, 9: 6 }), 4);
    const svg = drawn(option);
    for (const text of ['1,234', '>6<', 'Kept', 'Left out', 'from 1.5']) expect(svg).toContain(text);
    expect(tooltipText(option, [{ dataIndex: 9 }])).toBe('<strong>from 2.25</strong><br>Kept: 2<br>Left out: 4');
  });

  it('has nothing to draw without frames', () => {
    expect(draw(steps({}), 0)).toBeNull();
  });
});
