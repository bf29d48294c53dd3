import { join } from 'node:path';
import type { Suspect } from '@shared/contract/sound';
import type { SkippedFile } from '@shared/contract/voices';
import { framesIn } from '@shared/domain/voice/frames';
import type { SoundFaults } from '@shared/domain/voice/soundFaults';
import { stemOf } from '@shared/domain/voice/stem';
import { MOST_SUSPECTS, orderSuspects, suspectsIn } from '@shared/domain/voice/suspects';
import { type StepContext, throwIfCancelled } from '../context';
import type { Piece } from '../steps/load';
import { DUPLICATE, SILENCE } from '../steps/select';
import { findFaults } from './faults';
import { withRecording } from './recording';
import { listSlices, slicesWithout } from '../voices/slices';

/** Samples of recordings that are read at most: more than four hours at 16 kHz. */
const MOST_SAMPLES = 2 ** 28;

/** Frames as they lie in memory, and what is known of each. */
export interface Sifted {
  /** The experiment folder. */
  readonly folder: string;
  /** Where its recordings are, when a person has pointed to them. */
  readonly pointed: string | null;
  readonly pieces: readonly Piece[];
  readonly skipped: readonly SkippedFile[];
  /** Not 0 for rows that take no part. */
  readonly gone: Uint8Array;
  /** See `findRepeats`. */
  readonly repeats: Uint8Array;
  /** See `FoundInFile.outliers`, for every row. */
  readonly outliers: Float32Array;
  /** See `FoundInFile.stray`, for every row. */
  readonly stray: Float32Array;
}

/**
 * Frames that are likely to be wrong: by their features and, as far as it is at hand, by their sound. A recording that
 * cannot be read is passed over.
 *
 * @throws `JOB_CANCELLED`
 */
export async function findSuspects(
  { folder, pointed, pieces, skipped, gone, repeats, outliers, stray }: Sifted,
  { signal, progress }: StepContext<'select'>,
): Promise<{ readonly suspects: Suspect[]; readonly heard: number }> {
  const slices = await listSlices(folder, pointed);
  const paths = new Map((slices?.names ?? []).map((name) => [stemOf(name), join(slices?.path ?? folder, name)]));
  const suspects: Suspect[] = [];
  let heard = 0;
  let left = MOST_SAMPLES;
  let row = 0;
  for (const [position, { name, rows }] of pieces.entries()) {
    throwIfCancelled(signal);
    const range = [row, row + rows] as const;
    row += rows;
    const path = paths.get(stemOf(name));
    const own = path === undefined ? null : await listenTo(path, rows, left, signal);
    const faults = own?.faults;
    if (own !== null) {
      heard += 1;
      left -= own.length;
    }
    const there = gone.subarray(...range).map((out) => 1 - out);
    const both = (flag: number | undefined, frame: number): number => (flag ?? 0) * (there[frame] ?? 0);
    suspects.push(
      ...suspectsIn({
        file: name,
        outliers: outliers.subarray(...range).map(both),
        stray: stray.subarray(...range).map(both),
        silent: repeats
          .subarray(...range)
          .map((repeat, frame) => both(repeat === SILENCE ? 1 : faults?.silent[frame], frame)),
        duplicate: repeats.subarray(...range).map((repeat, frame) => both(repeat === DUPLICATE ? 1 : 0, frame)),
        clipped: there.map((_, frame) => both(faults?.clipped[frame], frame)),
        clippedShare: faults?.clippedShare ?? 0,
      }),
    );
    progress('select', position + 1, pieces.length);
  }
  if (slices !== null) {
    for (const name of slicesWithout(slices, [...pieces, ...skipped]).slice(0, MOST_SUSPECTS)) {
      const frames = await framesOf(join(slices.path, name), signal);
      const moment = { file: `${stemOf(name)}.npy`, frame: 0 };
      if (frames > 0) suspects.push({ moment, frames, reason: 'noFeatures', strength: null });
    }
  }
  return { suspects: orderSuspects(suspects), heard };
}

/** @returns null for a recording that cannot be read, and for one of more than `most` samples */
async function listenTo(
  path: string,
  frames: number,
  most: number,
  signal: AbortSignal,
): Promise<{ readonly faults: SoundFaults; readonly length: number } | null> {
  try {
    return await withRecording(path, signal, async (recording) => {
      const { length } = recording;
      return length > most ? null : { faults: await findFaults(recording, frames), length };
    });
  } catch {
    // One recording that cannot be read leaves the others to be listened to.
    throwIfCancelled(signal);
    return null;
  }
}

/** Frames that features of this recording would have; 0 when it cannot be read. */
async function framesOf(path: string, signal: AbortSignal): Promise<number> {
  try {
    return await withRecording(path, signal, ({ length, rate }) => framesIn(length / rate));
  } catch {
    // What cannot be read is no more than a file without features.
    throwIfCancelled(signal);
    return 0;
  }
}
