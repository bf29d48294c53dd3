import { describe, expect, it } from 'vitest';
import { principalPlane, project } from '@shared/domain/maths/plane';
import { createRandom } from '@shared/domain/maths/random';

/** Points that spread most along the first direction, less along the second, hardly along the rest. */
function cloud(count: number, columns: number, spread: readonly number[]): Float32Array {
  const random = createRandom(3);
  return Float32Array.from(
    { length: count * columns },
    (_, at) => 5 + random.normal() * (spread[at % columns] ?? 0.01),
  );
}

describe('principalPlane', () => {
  it('finds the two directions in which the rows spread most', () => {
    const { axes, explained, mean } = principalPlane(cloud(2_000, 6, [0.1, 4, 0.1, 2, 0.1, 0.1]), 6, 1);
    expect(Math.abs(axes[0][1] ?? 0)).toBeGreaterThan(0.99);
    expect(Math.abs(axes[1][3] ?? 0)).toBeGreaterThan(0.99);
    expect(explained).toBeGreaterThan(0.99);
    expect(mean.every((value) => Math.abs(value - 5) < 0.5)).toBe(true);
  });

  it('gives unit vectors at right angles, and the same for the same seed', () => {
    const rows = cloud(500, 8, [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]);
    const { axes } = principalPlane(rows, 8, 9);
    const dot = (a: Float32Array, b: Float32Array): number =>
      a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
    expect(dot(axes[0], axes[0])).toBeCloseTo(1, 4);
    expect(dot(axes[1], axes[1])).toBeCloseTo(1, 4);
    expect(dot(axes[0], axes[1])).toBeCloseTo(0, 4);
    expect(principalPlane(rows, 8, 9)).toEqual(principalPlane(rows, 8, 9));
  });

  it('says of all rows how much of them it shows, also of those that had no say in it', () => {
    const rows = cloud(2_048, 4, [4, 2, 0, 0]);
    // Every second of so many rows is looked at.
    for (let row = 1; row < 2_048; row += 2) rows[row * 4 + 2] = row % 4 === 1 ? 15 : -5;
    const { axes, explained } = principalPlane(rows, 4, 1);
    expect(Math.abs(axes[0][0] ?? 0)).toBeGreaterThan(0.99);
    expect(explained).toBeGreaterThan(0.2);
    expect(explained).toBeLessThan(0.4);
  });

  it('survives rows without any spread', () => {
    const plane = principalPlane(new Float32Array(12).fill(2), 4, 1);
    expect(plane.explained).toBe(0);
    expect([...project(new Float32Array(4).fill(2), 4, plane)]).toEqual([0, 0]);
  });
});

describe('project', () => {
  it('keeps distances within the plane', () => {
    const rows = cloud(200, 3, [3, 2, 0]);
    const places = project(rows, 3, principalPlane(rows, 3, 1));
    const distance = (values: Float32Array, a: number, b: number, width: number): number =>
      Math.hypot(
        ...Array.from({ length: width }, (_, at) => (values[a * width + at] ?? 0) - (values[b * width + at] ?? 0)),
      );
    expect(distance(places, 4, 9, 2)).toBeCloseTo(distance(rows, 4, 9, 3), 1);
  });
});
