import type { HeardMoments, HeardSearch, Measurement } from '@shared/contract/measurement';
import type { Voice } from '@shared/contract/voices';
import { type Ear, earOf } from './ear';

/** A search step by step, to be heard. */
export interface AudibleSearch {
  readonly search: HeardSearch;
  readonly ear: Ear;
}

/** What of an index can be heard, as the pictures take it; null where it cannot. */
export interface Audible {
  /** The voice whose recordings are at hand. */
  readonly voice: string | null;
  readonly moments: { readonly found: HeardMoments; readonly ear: Ear } | null;
  readonly story: AudibleSearch | null;
}

/**
 * Whether the recordings are at hand, and whether it is known which moments an index holds.
 *
 * @param voices All that are known.
 */
export function audibleOf(
  voice: Voice | null,
  latest: Pick<Measurement, 'moments' | 'origins'> | null,
  voices: readonly Voice[],
): Audible {
  if (!voice?.sound) return { voice: null, moments: null, story: null };
  const found = latest?.moments ?? null;
  if (latest === null || found === null) {
    return { voice: voice.id, moments: null, story: null };
  }
  const ear = earOf(voice, latest.origins, voices);
  return {
    voice: voice.id,
    moments: { found, ear },
    story: found.story && { search: found.story, ear },
  };
}
