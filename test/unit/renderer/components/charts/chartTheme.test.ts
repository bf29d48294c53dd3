import { describe, expect, it } from 'vitest';
import {
  type ChartColors,
  DARK_COLORS,
  INDEX_SLOTS,
  indexColor,
  indexMark,
  LIGHT_COLORS,
  readChartColors,
  systemChartColors,
} from '@/components/charts/chartTheme';

/** Relative luminance (WCAG 2.2) of a color like `#0072b2`. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const channel = parseInt(color.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

const themes: readonly [string, ChartColors, readonly string[]][] = [
  ['light', LIGHT_COLORS, ['#ffffff', '#f9fbfc', '#edf1f5']],
  ['dark', DARK_COLORS, ['#131a21', '#1b242d', '#212b35']],
];

describe.each(themes)('the %s colors', (_, colors, surfaces) => {
  const marks = ['good', 'usable', 'repair', 'unusable', 'index0', 'index1', 'index2', 'index3'] as const;

  it.each(marks)('draw %s with 3:1 against every surface', (mark) => {
    for (const surface of surfaces) expect(contrast(colors[mark], surface)).toBeGreaterThanOrEqual(3);
  });

  it.each(['text', 'muted'] as const)('write %s with 4.5:1 against every surface', (text) => {
    for (const surface of surfaces) expect(contrast(colors[text], surface)).toBeGreaterThanOrEqual(4.5);
  });
});

describe('readChartColors', () => {
  it('prefers what the page sets and keeps the default elsewhere', () => {
    const colors = readChartColors(true, (name) => (name === '--good' ? ' #123456 ' : ''));
    expect(colors).toEqual({ ...DARK_COLORS, good: '#123456' });
  });
});

/** Windows's contrast themes: what they draw on, and with. */
const SYSTEMS = [
  ['Aquatic', '#202020', '#ffffff'],
  ['Desert', '#fffaef', '#3d3d3d'],
  ['Dusk', '#2d3236', '#ffffff'],
  ['Night sky', '#000000', '#ffffff'],
] as const;

describe.each(SYSTEMS)('the colors of %s', (_, surface, text) => {
  it('are on its own surface, in its own text, and marks stand out from it', () => {
    const rgb = (color: string): string =>
      `rgb(${[1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16)).join(', ')})`;
    const colors = systemChartColors(rgb(surface), rgb(text));
    expect(colors).toMatchObject({ surface: rgb(surface), text: rgb(text), muted: rgb(text) });
    for (const mark of ['good', 'usable', 'repair', 'unusable', 'index0', 'index1', 'index2', 'index3'] as const)
      expect(contrast(colors[mark], surface)).toBeGreaterThanOrEqual(3);
  });
});

describe('indexMark', () => {
  it('tells four indexes apart by color, line and symbol', () => {
    const marks = Array.from({ length: INDEX_SLOTS }, (_, slot) => indexMark(LIGHT_COLORS, slot));
    for (const trait of ['color', 'line', 'symbol'] as const) {
      expect(new Set(marks.map((mark) => JSON.stringify(mark[trait]))).size).toBe(INDEX_SLOTS);
    }
  });

  it('starts again after the last slot', () => {
    expect(indexColor(LIGHT_COLORS, INDEX_SLOTS)).toBe(indexColor(LIGHT_COLORS, 0));
  });
});
