/**
 * Colors of the pictures. They are CSS custom properties, so that the page's theme can change any of them; the defaults
 * below hold for whatever it leaves out. Marks keep 3:1 and text 4.5:1 against every slate surface of their theme (the
 * tests compute it). Index colors start from Okabe and Ito's palette, darkened for the light theme where it needs it.
 */
export interface ChartColors {
  readonly text: string;
  readonly muted: string;
  /** Axis lines and other marks that carry meaning without belonging to a value. */
  readonly axis: string;
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

export const LIGHT_COLORS: ChartColors = {
  text: '#334155',
  muted: '#475569',
  axis: '#64748b',
  grid: '#cbd5e1',
  surface: '#ffffff',
  good: '#008763',
  usable: '#9a6700',
  repair: '#c2410c',
  unusable: '#b91c1c',
  index0: '#0072b2',
  index1: '#d55e00',
  index2: '#008763',
  index3: '#aa4f86',
};

export const DARK_COLORS: ChartColors = {
  text: '#cbd5e1',
  muted: '#94a3b8',
  axis: '#94a3b8',
  grid: '#334155',
  surface: '#0f172a',
  good: '#2dbe93',
  usable: '#f0c040',
  repair: '#f08a4b',
  unusable: '#f87171',
  index0: '#56b4e9',
  index1: '#e69f00',
  index2: '#2dbe93',
  index3: '#d98cb8',
};

const TOKENS = Object.keys(LIGHT_COLORS) as (keyof ChartColors)[];

/** The colors in force: `--chart-<token>` where the page sets it, the default of the theme elsewhere. */
export function readChartColors(dark: boolean, property: (name: string) => string): ChartColors {
  const defaults = dark ? DARK_COLORS : LIGHT_COLORS;
  return Object.fromEntries(
    TOKENS.map((token) => [token, property(`--chart-${token}`).trim() || defaults[token]]),
  ) as unknown as ChartColors;
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
