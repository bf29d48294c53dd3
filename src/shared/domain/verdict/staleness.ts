import type { IndexFile } from '@shared/contract/voices';
import { COMPRESS_ABOVE_FRAMES, HOST_CLUSTERS } from '../rvc';

/** Frames that are not numbers are left out of an index: it may be smaller by this share. */
const DROPPED_SHARE = 0.005;

export interface StalenessInput {
  /** Null when the index cannot be read. */
  readonly vectors: number | null;
  readonly frames: number;
  /** How it was made, as far as that is known (`IndexFile.made`). */
  readonly made?: IndexFile['made'];
  /** Numbers in a vector and in a frame; null where unknown. */
  readonly dimensions?: { readonly index: number | null; readonly voice: number | null };
}

/**
 * Compares the number of vectors of an index with that of the frames of its voice. RVC and Applio silently keep an old
 * index when the data has changed, so people add recordings and nothing changes. Where the two need not be the same,
 * because frames were left out or compressed, or voices were merged, only measuring tells (relation.ts), and so it does
 * where they are the same. An empty index is not stale: that is a finding of its own. Where frames and vectors are not of one
 * length, the index is for models of another version, and its numbers say nothing.
 *
 * @returns null when they are the same, or need not be
 */
export function staleness({ vectors, frames, made, dimensions }: StalenessInput): IndexFile['stale'] {
  if (vectors === null || vectors === 0 || frames === 0) return null;
  const { index = null, voice = null } = dimensions ?? {};
  if (index !== null && voice !== null && index !== voice) return { reason: 'version', frames, vectors };
  if (made != null && (made.voices > 1 || made.selected || made.compressed !== null)) return null;
  // The hosts compress long voices without a word.
  if (vectors === HOST_CLUSTERS && frames > COMPRESS_ABOVE_FRAMES) return null;
  if (vectors > frames) return { reason: 'larger', frames, vectors };
  return frames - vectors > frames * DROPPED_SHARE ? { reason: 'smaller', frames, vectors } : null;
}
