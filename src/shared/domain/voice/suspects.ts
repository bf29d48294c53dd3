import type { Suspect } from '../../contract/sound';

/** In a list of suspects, at most. */
export const MOST_SUSPECTS = 200;

/** Frames that may lie between two of one suspect: a sound is rarely shorter. */
const GAP = 4;

/** Frames that stand still or come again for a shorter time are a breath's pause. */
const LEAST_STILL = 3;

/** What was found in one file of features. */
export interface FoundInFile {
  readonly file: string;
  /** For each frame the distance to the nearest typical sound, in medians, where it is an outlier; else 0. */
  readonly outliers: Float32Array;
  /** For each frame of a stray group how far that lies from the others, in medians; else 0. */
  readonly stray: Float32Array;
  /** Not 0 for a silent frame. */
  readonly silent: Uint8Array;
  /** Not 0 for a frame that is like an earlier one. */
  readonly duplicate: Uint8Array;
  /** Not 0 for a frame that is clipped. */
  readonly clipped: Uint8Array;
  /** Samples that are, of all. */
  readonly clippedShare: number;
}

/** The suspects in one file; frames near each other are one. */
export function suspectsIn({ file, silent, duplicate, clipped, clippedShare, ...far }: FoundInFile): Suspect[] {
  const strong = (strengths: Float32Array, reason: 'outlier' | 'stray'): Suspect[] =>
    runsOf(strengths, GAP).map(({ from, to }) => {
      const strength = strengths.subarray(from, to).reduce((most, value) => Math.max(most, value), 0);
      return { moment: { file, frame: from }, frames: to - from, reason, strength };
    });
  const still = (flags: Uint8Array, reason: 'silence' | 'duplicate'): Suspect[] =>
    runsOf(flags, 0)
      .filter(({ from, to }) => to - from >= LEAST_STILL)
      .map(({ from, to }) => ({ moment: { file, frame: from }, frames: to - from, reason, strength: null }));
  return [
    ...strong(far.outliers, 'outlier'),
    ...strong(far.stray, 'stray'),
    ...still(silent, 'silence'),
    ...still(duplicate, 'duplicate'),
    ...runsOf(clipped, GAP).map(({ from, to }): Suspect => ({
      moment: { file, frame: from },
      frames: to - from,
      reason: 'clipping',
      strength: clippedShare,
    })),
  ];
}

/** Stretches of what is not 0, with up to `gap` zeros between two of them as one. */
function runsOf(flags: Float32Array | Uint8Array, gap: number): { readonly from: number; readonly to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const [position, flag] of flags.entries()) {
    if (flag === 0) continue;
    const last = runs.at(-1);
    if (last !== undefined && position - last.to <= gap) last.to = position + 1;
    else runs.push({ from: position, to: position + 1 });
  }
  return runs;
}

/**
 * The order in which suspects are listened to: in turn the likeliest of each reason, so that a voice with thousands of
 * outliers does not hide the one file that is clipped. The strongest come first, then the longest; where that is equal,
 * in the order found.
 *
 * @returns at most {@link MOST_SUSPECTS}
 */
export function orderSuspects(suspects: readonly Suspect[]): Suspect[] {
  const byReason = REASONS.map((reason) => suspects.filter((suspect) => suspect.reason === reason).sort(byWeight));
  const turns = Math.max(...byReason.map(({ length }) => length));
  return Array.from({ length: turns }, (_, turn) => byReason.flatMap((found) => found[turn] ?? []))
    .flat()
    .slice(0, MOST_SUSPECTS);
}

function byWeight(left: Suspect, right: Suspect): number {
  return (right.strength ?? 0) - (left.strength ?? 0) || right.frames - left.frames;
}

const REASONS = [
  'outlier',
  'stray',
  'silence',
  'clipping',
  'noFeatures',
  'duplicate',
] as const satisfies readonly Suspect['reason'][];
