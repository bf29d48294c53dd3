/**
 * Colors of the pictures, taken from the page's own tokens; the defaults below hold where a token is missing. Marks keep
 * 3:1 and text 4.5:1 against the surfaces of their theme (the tests compute it). The colors of indexes are Okabe and
 * Ito's, darkened or lightened where a theme needs it.
 */
export interface ChartColors {
  readonly text: string;
  readonly muted: string;
  /** Faint lines behind the marks; decoration only. */
  readonly grid: string;
  readonly surface: string;
  readonly good: string;
  readonly usable: string;
  readonly repair: string;
  readonly unusable: string;
  readonly index0: string;
  readonly index1: string;
  readonly index2: string;
  readonly index3: string;
}

/** The CSS custom property behind each color. */
const PROPERTIES: Readonly<Record<keyof ChartColors, string>> = {
  text: '--ui-text',
  muted: '--ui-text-muted',
  grid: '--line',
  surface: '--card',
  good: '--good',
  usable: '--usable',
  repair: '--repair',
  unusable: '--unusable',
  index0: '--chart-index-0',
  index1: '--chart-index-1',
  index2: '--chart-index-2',
  index3: '--chart-index-3',
};

export const LIGHT_COLORS: ChartColors = {
  text: '#2c3b4a',
  muted: '#51616f',
  grid: '#d3dce5',
  surface: '#f9fbfc',
  good: '#13703c',
  usable: '#855800',
  repair: '#b3410a',
  unusable: '#b3202a',
  index0: '#0072b2',
  index1: '#d55e00',
  index2: '#008763',
  index3: '#aa4f86',
};

export const DARK_COLORS: ChartColors = {
  text: '#ccd6df',
  muted: '#9fadba',
  grid: '#2f3b47',
  surface: '#1b242d',
  good: '#62d394',
  usable: '#eec04e',
  repair: '#ff9d61',
  unusable: '#ff8a86',
  index0: '#56b4e9',
  index1: '#e69f00',
  index2: '#2dbe93',
  index3: '#d98cb8',
};

/** The colors in force; `property` looks a CSS custom property up and yields an empty string when there is none. */
export function readChartColors(dark: boolean, property: (name: string) => string): ChartColors {
  const colors: { -readonly [token in keyof ChartColors]: string } = { ...(dark ? DARK_COLORS : LIGHT_COLORS) };
  for (const token of Object.keys(PROPERTIES) as (keyof ChartColors)[]) {
    colors[token] = property(PROPERTIES[token]).trim() || colors[token];
  }
  return colors;
}

/** Half as light as white, as eyes see it. */
const MIDDLE = 0.18;

/**
 * The colors where the system has its own: its surface and its text, and the marks that stand out on that surface, whatever
 * theme the page is in. Both are as the browser computes them, `rgb(0, 0, 0)`.
 */
export function systemChartColors(surface: string, text: string): ChartColors {
  const [red = 0, green = 0, blue = 0] = (surface.match(/[\d.]+/g) ?? []).map(
    (channel) => (Number(channel) / 255) ** 2.2,
  );
  const isDark = 0.2126 * red + 0.7152 * green + 0.0722 * blue < MIDDLE;
  return { ...(isDark ? DARK_COLORS : LIGHT_COLORS), surface, text, muted: text };
}

/** How one index looks in every picture: never by color alone. */
export interface IndexMark {
  readonly color: string;
  readonly line: 'solid' | 'dashed' | 'dotted' | [number, number, number, number];
  readonly symbol: 'circle' | 'rect' | 'triangle' | 'diamond';
}

export const INDEX_SLOTS = 4;

/** The mark of the index in a slot (0 to 3; higher ones start again). */
export function indexMark(colors: ChartColors, slot: number): IndexMark {
  switch (slot % INDEX_SLOTS) {
    case 1:
      return { color: colors.index1, line: 'dashed', symbol: 'rect' };
    case 2:
      return { color: colors.index2, line: 'dotted', symbol: 'triangle' };
    case 3:
      return { color: colors.index3, line: [8, 3, 2, 3], symbol: 'diamond' };
    default:
      return { color: colors.index0, line: 'solid', symbol: 'circle' };
  }
}

/** The color of the index in a slot. */
export function indexColor(colors: ChartColors, slot: number): string {
  return indexMark(colors, slot).color;
}
