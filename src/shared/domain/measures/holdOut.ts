import { createRandom, shuffledOrder } from '../maths/random';

const SHARE = 0.05;
const LEAST_FRAMES = 500;
const MOST_FRAMES = 5_000;

/** Frames that ask when an index is measured later: more narrows the intervals less than it costs. */
export const MOST_QUERIES = 2_000;
const MOST_SHARE = 1 / 3;

/** The files kept apart. */
export interface HeldOut {
  /** Positions in the given list, ascending. */
  readonly files: readonly number[];
  readonly frames: number;
}

/**
 * Chooses whole files to hold out: adjacent frames are near duplicates, so single frames would find themselves. It aims
 * at 5 % of the frames, at least 500 and at most 5,000, and never takes more than a third of the material. Files too
 * long to fit are passed over; when none fits (one long file), nothing is held out.
 *
 * @param files Frames of each file.
 */
export function chooseHeldOut(files: readonly { readonly frames: number }[], seed: number): HeldOut {
  const total = files.reduce((sum, file) => sum + file.frames, 0);
  const most = Math.min(MOST_FRAMES, Math.floor(total * MOST_SHARE));
  const wanted = Math.min(most, Math.max(LEAST_FRAMES, Math.ceil(total * SHARE)));
  const chosen: number[] = [];
  let frames = 0;
  for (const position of shuffledOrder(files.length, createRandom(seed))) {
    if (frames >= wanted) break;
    const size = files[position]?.frames ?? 0;
    if (size === 0 || frames + size > most) continue;
    chosen.push(position);
    frames += size;
  }
  return { files: chosen.sort((left, right) => left - right), frames };
}
