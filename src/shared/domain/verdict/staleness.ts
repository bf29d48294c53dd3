import type { IndexFile } from '@shared/contract/voices';
import { COMPRESS_ABOVE_FRAMES, HOST_CLUSTERS } from '../rvc';

/** FAT file systems keep times to two seconds. */
const TIME_RESOLUTION_MS = 2_000;

/** Frames that are not numbers are left out of an index: a newer index may be smaller by this share. */
const DROPPED_SHARE = 0.005;

export interface StalenessInput {
  /** Null when the index cannot be read. */
  readonly vectors: number | null;
  readonly indexModified: number;
  readonly frames: number;
  readonly featuresModified: number | null;
  /** How it was made, as far as that is known (`IndexFile.made`). */
  readonly made?: IndexFile['made'];
}

/**
 * Compares an index with the features of its voice. RVC and Applio silently keep an old index when the data has
 * changed, so people add recordings and nothing changes. An empty index is not stale: that is a finding of its own.
 *
 * @returns null when it fits or cannot be compared; `smaller` and `larger` come before `older`.
 */
export function staleness(input: StalenessInput): IndexFile['stale'] {
  const { vectors, indexModified, frames, featuresModified } = input;
  if (vectors === null || vectors === 0 || frames === 0) return null;
  const older = featuresModified !== null && featuresModified > indexModified + TIME_RESOLUTION_MS;
  const then = framesThen(vectors, input);
  const reason = (then === null ? null : difference(then, frames, older)) ?? (older ? 'older' : null);
  return reason === null ? null : { reason, frames, vectors };
}

/** Frames that the features had when the index was made; null when that cannot be told. */
function framesThen(vectors: number, { frames, made }: StalenessInput): number | null {
  if (made !== undefined && made !== null) {
    if (made.voices > 1) return null;
    return made.frames ?? vectors;
  }
  // The hosts compress long voices without a word.
  return vectors === HOST_CLUSTERS && frames > COMPRESS_ABOVE_FRAMES ? null : vectors;
}

function difference(vectors: number, frames: number, older: boolean): 'smaller' | 'larger' | null {
  if (vectors > frames) return 'larger';
  const allowed = older ? 0 : frames * DROPPED_SHARE;
  return frames - vectors > allowed ? 'smaller' : null;
}
