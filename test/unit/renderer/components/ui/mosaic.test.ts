import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mosaic, seedOf, waveform } from '@/components/ui/mosaic';
import { areaAndCentre, relax, voronoiCells } from '@/components/ui/voronoi';

const coordinate = fc.double({ min: 0, max: 100, noNaN: true });
const sites = fc.uniqueArray(fc.record({ x: coordinate, y: coordinate }), {
  minLength: 1,
  maxLength: 20,
  selector: ({ x, y }) => `${Math.round(x)} ${Math.round(y)}`,
});
const shape = { width: 100, height: 100, cells: 14, inset: 1.6, light: { x: 0.5, y: 0.5 } };

describe('voronoiCells', () => {
  it('divides the whole rectangle among the sites', () => {
    fc.assert(
      fc.property(sites, (points) => {
        const total = voronoiCells(points, 100, 100).reduce((sum, cell) => sum + areaAndCentre(cell).area, 0);
        expect(total).toBeCloseTo(10_000, 3);
      }),
    );
  });

  it('gives every corner of a cell to its nearest site', () => {
    fc.assert(
      fc.property(sites, (points) => {
        voronoiCells(points, 100, 100).forEach((cell, at) => {
          for (const corner of cell) {
            const distance = (site: { x: number; y: number }): number =>
              Math.hypot(site.x - corner.x, site.y - corner.y);
            expect(distance(points[at]!)).toBeLessThanOrEqual(Math.min(...points.map(distance)) + 1e-6);
          }
        });
      }),
    );
  });

  it('relaxes two sites to the middles of their halves', () => {
    const start = [
      { x: 40, y: 50 },
      { x: 60, y: 50 },
    ];
    const [left, right] = Array.from({ length: 30 }).reduce<{ x: number; y: number }[]>(
      (points) => relax(points, 100, 100),
      start,
    );
    expect(left?.x).toBeCloseTo(25, 3);
    expect(right?.x).toBeCloseTo(75, 3);
  });
});

describe('mosaic', () => {
  it('is the same for the same seed and another for another', () => {
    expect(mosaic(seedOf('voice-a'), shape)).toEqual(mosaic(seedOf('voice-a'), shape));
    expect(mosaic(seedOf('voice-a'), shape)).not.toEqual(mosaic(seedOf('voice-b'), shape));
  });

  it('lights exactly one cell', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(mosaic(seed, shape).filter(({ lit }) => lit)).toHaveLength(1);
      }),
      { numRuns: 30 },
    );
  });
});

describe('waveform', () => {
  it('has one bar a step and swells in the middle', () => {
    const bars = waveform(7, 560, 10, 120);
    expect(bars).toHaveLength(56);
    expect(Math.max(...bars.map(({ height }) => height))).toBe(
      Math.max(...bars.slice(20, 36).map(({ height }) => height)),
    );
    expect(Math.max(...bars.map(({ height }) => height))).toBeLessThanOrEqual(120);
  });
});
