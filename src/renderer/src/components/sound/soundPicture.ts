import { type LogMel, MEL_BANDS, MEL_FLOOR } from '@shared/domain/sound/logMel';

/** The lowest and highest sample of each column of a picture. */
export interface Outline {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** Quiet sound is drawn larger, at most by this, so that it has a shape too. */
const MOST_ENLARGED = 8;

/** The outline of a sound, `columns` wide, from -1 to 1; what is quiet is enlarged. */
export function outline(samples: Float32Array, columns: number): Outline {
  const low = new Float32Array(columns);
  const high = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    const first = Math.floor((column * samples.length) / columns);
    const last = Math.max(first + 1, Math.floor(((column + 1) * samples.length) / columns));
    for (let at = first; at < Math.min(last, samples.length); at++) {
      const value = samples[at] ?? 0;
      if (value < (low[column] ?? 0)) low[column] = value;
      if (value > (high[column] ?? 0)) high[column] = value;
    }
  }
  let loudest = 1 / MOST_ENLARGED;
  for (let column = 0; column < columns; column++) {
    loudest = Math.max(loudest, high[column] ?? 0, -(low[column] ?? 0));
  }
  const enlarged = (values: Float32Array): Float32Array => values.map((value) => value / loudest);
  return { low: enlarged(low), high: enlarged(high) };
}

/** Quieter than this is background in the picture: dB below the loudest. */
const DEPTH = 60;
/** Above 1: what is loud stands out of what is less so. */
const CONTRAST = 1.5;

/**
 * A spectrogram as opacities, low pitches at the bottom: RGBA rows of black, as `ImageData` takes them, {@link MEL_BANDS}
 * high and a column for each row of the spectrum. Only the opacity says something, so that any color can be poured over.
 */
export function shades({ frames, values }: LogMel): Uint8ClampedArray<ArrayBuffer> {
  let loudest = MEL_FLOOR;
  for (const value of values) loudest = Math.max(loudest, value);
  // Silence is not stretched until its noise fills the picture.
  const floor = Math.max(MEL_FLOOR, loudest - DEPTH);
  const range = Math.max(loudest - floor, DEPTH / 2);
  const pixels = new Uint8ClampedArray(4 * frames * MEL_BANDS);
  for (let frame = 0; frame < frames; frame++) {
    for (let band = 0; band < MEL_BANDS; band++) {
      const row = MEL_BANDS - 1 - band;
      const strength = ((values[frame * MEL_BANDS + band] ?? floor) - floor) / range;
      pixels[4 * (row * frames + frame) + 3] = 255 * Math.max(0, strength) ** CONTRAST;
    }
  }
  return pixels;
}
