import { createRandom, type Random } from '@shared/domain/maths/random';
import { areaAndCentre, path, relax, voronoiCells, type Point } from './voronoi';

export interface MosaicCell {
  readonly path: string;
  /** 0 to 1: how light the cell is among its neighbors. */
  readonly tone: number;
  readonly lit: boolean;
}

export interface MosaicShape {
  readonly width: number;
  readonly height: number;
  readonly cells: number;
  /** Width of half a seam between two cells. */
  readonly inset: number;
  /** Where the lit cell should be, as shares of width and height. */
  readonly light: Point;
}

/** 32-bit FNV-1a of a text: turns an id into a seed. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** Hues that stand apart from one another and from the lit cell. */
export const AVATAR_HUES: readonly number[] = [174, 196, 216, 238, 262, 292, 330, 150];

/** The hue of a voice: the first thing its seed decides. */
export function hueOf(random: Random): number {
  return AVATAR_HUES[random.integer(AVATAR_HUES.length)] ?? 0;
}

/** Half of the sites lie anywhere, half crowd around a centre: cells of different sizes, as in a real index. */
function scatter(random: Random, { width, height, cells }: MosaicShape): Point[] {
  const crowd = { x: width * (0.25 + 0.5 * random.next()), y: height * (0.25 + 0.5 * random.next()) };
  return Array.from({ length: cells }, (_, at) =>
    at % 2 === 0
      ? { x: random.next() * width, y: random.next() * height }
      : { x: crowd.x + random.normal() * width * 0.2, y: crowd.y + random.normal() * height * 0.2 },
  ).map(({ x, y }) => ({ x: Math.min(width, Math.max(0, x)), y: Math.min(height, Math.max(0, y)) }));
}

/** The motif of the app: a Voronoi mosaic with one lit cell. The same seed draws the same mosaic. */
export function mosaic(seed: number, shape: MosaicShape): MosaicCell[] {
  const random = createRandom(seed);
  const sites = relax(relax(scatter(random, shape), shape.width, shape.height), shape.width, shape.height);
  const polygons = voronoiCells(sites, shape.width, shape.height).filter((polygon) => polygon.length > 2);
  const target = { x: shape.light.x * shape.width, y: shape.light.y * shape.height };
  const distances = polygons.map((polygon) => {
    const { centre } = areaAndCentre(polygon);
    return Math.hypot(centre.x - target.x, centre.y - target.y);
  });
  const lit = distances.indexOf(Math.min(...distances));
  return polygons.map((polygon, at) => ({ path: path(polygon, shape.inset), tone: random.next(), lit: at === lit }));
}

export interface Bar {
  readonly x: number;
  readonly height: number;
}

/** Bars of a waveform `width` wide: a phrase that swells and fades, with the seeded roughness of speech. */
export function waveform(seed: number, width: number, step: number, peak: number): Bar[] {
  const random = createRandom(seed);
  const count = Math.floor(width / step);
  return Array.from({ length: count }, (_, at) => {
    const t = (at + 0.5) / count;
    const phrase = Math.sin(Math.PI * t) ** 2 * (0.55 + 0.45 * Math.cos((t - 0.5) * 19));
    return { x: (at + 0.5) * step, height: Math.max(step * 0.6, peak * phrase * (0.55 + 0.45 * random.next())) };
  });
}
