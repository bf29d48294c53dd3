import { MOST_WORST } from '../../contract/measurement';
import { type Moment, MOST_TYPICAL } from '../../contract/sound';
import { FRAMES_PER_SECOND } from '../rvc';

/** Less than this apart, two frames are one sound. */
const APART = FRAMES_PER_SECOND / 2;

/**
 * The frames for which an index does worst, the worst first, none of them near another in its recording.
 *
 * @param differences How far each lies from what it should be, in steps of the voice; NaN where nothing was found.
 * @param rows Where each frame was taken from; those of a recording follow each other.
 * @param least What differs less is as good as the same.
 * @returns places among the frames
 */
export function worstFrames(differences: Float32Array, rows: Int32Array, least: number): number[] {
  const badness = (frame: number): number => {
    const difference = differences[frame] ?? 0;
    return Number.isNaN(difference) ? Infinity : difference;
  };
  const worst = Array.from(differences.keys())
    .filter((frame) => badness(frame) >= least)
    .sort((one, other) => compare(badness(other), badness(one)) || one - other);
  const chosen: number[] = [];
  for (const frame of worst) {
    if (chosen.length === MOST_WORST) break;
    const isNear = (other: number): boolean => Math.abs((rows[frame] ?? 0) - (rows[other] ?? 0)) < APART;
    if (!chosen.some(isNear)) chosen.push(frame);
  }
  return chosen;
}

/** The first of these moments, each sound once as far as there are others. */
export function typicalMoments(moments: readonly Moment[]): Moment[] {
  const chosen: Moment[] = [];
  const passed: Moment[] = [];
  for (const moment of moments) {
    const isNear = ({ file, frame, voice }: Moment): boolean =>
      file === moment.file && voice === moment.voice && Math.abs(frame - moment.frame) < APART;
    (chosen.some(isNear) ? passed : chosen).push(moment);
    if (chosen.length === MOST_TYPICAL) break;
  }
  return [...chosen, ...passed].slice(0, MOST_TYPICAL);
}

/** Infinity equals itself. */
function compare(one: number, other: number): number {
  return one === other ? 0 : one - other;
}
