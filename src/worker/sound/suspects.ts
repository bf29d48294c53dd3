import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import type { Suspect } from '@shared/contract/sound';
import type { SkippedFile } from '@shared/contract/voices';
import { framesIn } from '@shared/domain/voice/frames';
import type { SoundFaults } from '@shared/domain/voice/soundFaults';
import { stemOf } from '@shared/domain/voice/stem';
import { MOST_SUSPECTS, orderSuspects, suspectsIn } from '@shared/domain/voice/suspects';
import { readWavHeader } from '@shared/formats/wav';
import { type StepContext, throwIfCancelled } from '../context';
import { walkFile } from '../files/randomAccess';
import type { Piece } from '../steps/load';
import { DUPLICATE, SILENCE } from '../steps/select';
import { findFaults } from './faults';
import { listSlices, slicesWithout } from './slices';

/** Bytes of recordings that are read at most: more than four hours at 16 kHz and 16 bits. */
const MOST_BYTES = 2 ** 29;

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
  let left = MOST_BYTES;
  let row = 0;
  for (const [position, { name, rows }] of pieces.entries()) {
    throwIfCancelled(signal);
    const range = [row, row + rows] as const;
    row += rows;
    const path = paths.get(stemOf(name));
    const bytes = path === undefined ? 0 : await sizeOf(path);
    const faults = path === undefined || bytes > left ? null : await faultsOf(path, rows, signal);
    if (faults !== null) {
      heard += 1;
      left -= bytes;
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

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function faultsOf(path: string, frames: number, signal: AbortSignal): Promise<SoundFaults | null> {
  try {
    return await findFaults(path, frames, signal);
  } catch {
    throwIfCancelled(signal);
    return null;
  }
}

/** Frames that features of this recording would have; 0 when it cannot be read. */
async function framesOf(path: string, signal: AbortSignal): Promise<number> {
  try {
    const { length, rate } = await walkFile(path, readWavHeader, signal);
    return framesIn(length / rate);
  } catch {
    throwIfCancelled(signal);
    return 0;
  }
}
