import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFourier } from '@shared/domain/sound/fourier';

/** The definition, term by term. */
function byDefinition(re: Float64Array, im: Float64Array): (readonly [number, number])[] {
  const size = re.length;
  return Array.from({ length: size }, (_, k) => {
    let [a, b] = [0, 0];
    for (let n = 0; n < size; n++) {
      const angle = (-2 * Math.PI * k * n) / size;
      a += (re[n] ?? 0) * Math.cos(angle) - (im[n] ?? 0) * Math.sin(angle);
      b += (re[n] ?? 0) * Math.sin(angle) + (im[n] ?? 0) * Math.cos(angle);
    }
    return [a, b] as const;
  });
}

const number = fc.double({ min: -1, max: 1, noNaN: true });

describe('createFourier', () => {
  it('is what the definition says, for every power of 2', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 0, max: 6 })
          .chain((bits) =>
            fc.tuple(
              fc.array(number, { minLength: 2 ** bits, maxLength: 2 ** bits }),
              fc.array(number, { minLength: 2 ** bits, maxLength: 2 ** bits }),
            ),
          ),
        ([real, imaginary]) => {
          const [re, im] = [Float64Array.from(real), Float64Array.from(imaginary)];
          const wanted = byDefinition(re, im);
          createFourier(re.length)(re, im);
          for (const [at, [a, b]] of wanted.entries()) {
            expect(re[at]).toBeCloseTo(a, 9);
            expect(im[at]).toBeCloseTo(b, 9);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([0, 3, 100, -8])('refuses the size %s', (size) => {
    expect(() => createFourier(size)).toThrow(RangeError);
  });
});
