/** Turns `re` and `im`, of one and the same size, into their spectrum. */
export type Fourier = (re: Float64Array, im: Float64Array) => void;

/**
 * The discrete Fourier transform of a size, in place (Cooley and Tukey 1965, radix 2).
 *
 * @param size A power of 2.
 * @throws RangeError for any other size.
 */
export function createFourier(size: number): Fourier {
  if (size < 1 || !Number.isInteger(Math.log2(size))) throw new RangeError(`${size} is not a power of 2.`);
  const cosines = Float64Array.from({ length: size / 2 }, (_, at) => Math.cos((2 * Math.PI * at) / size));
  const sines = Float64Array.from({ length: size / 2 }, (_, at) => Math.sin((2 * Math.PI * at) / size));
  const places = bitReversal(size);

  return (re, im) => {
    swap(re, places);
    swap(im, places);
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let at = 0; at < half; at++) {
          const cos = cosines[at * stride] ?? 0;
          const sin = sines[at * stride] ?? 0;
          const even = start + at;
          const odd = even + half;
          const a = re[odd] ?? 0;
          const b = im[odd] ?? 0;
          const turnedRe = a * cos + b * sin;
          const turnedIm = b * cos - a * sin;
          re[odd] = (re[even] ?? 0) - turnedRe;
          im[odd] = (im[even] ?? 0) - turnedIm;
          re[even] = (re[even] ?? 0) + turnedRe;
          im[even] = (im[even] ?? 0) + turnedIm;
        }
      }
    }
  };
}

/** For every place, the one whose number has its bits in the reverse order. */
function bitReversal(size: number): Uint32Array {
  const bits = Math.log2(size);
  return Uint32Array.from({ length: size }, (_, place) => {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) reversed |= ((place >> bit) & 1) << (bits - 1 - bit);
    return reversed;
  });
}

function swap(values: Float64Array, places: Uint32Array): void {
  for (let one = 0; one < values.length; one++) {
    const other = places[one] ?? one;
    if (one >= other) continue;
    const value = values[one] ?? 0;
    values[one] = values[other] ?? 0;
    values[other] = value;
  }
}
