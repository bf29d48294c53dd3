import type { HeardMoments, HeardSearch, Measurement, VoiceMap } from '@shared/contract/measurement';
import type { IndexFile, Voice } from '@shared/contract/voices';
import { type Ear, earOf } from './ear';

/** The groups of an index, to be heard. */
export interface AudibleGroups {
  readonly index: string;
  readonly map: VoiceMap;
  readonly ear: Ear;
}

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
  readonly groups: AudibleGroups | null;
  readonly story: AudibleSearch | null;
}

/**
 * Whether the recordings are at hand, and whether it is known which moments an index holds.
 *
 * @param voices All that are known.
 */
export function audibleOf(
  index: Pick<IndexFile, 'id'> | null,
  voice: Voice | null,
  latest: Pick<Measurement, 'map' | 'moments' | 'origins'> | null,
  voices: readonly Voice[],
): Audible {
  if (!voice?.sound) return { voice: null, moments: null, groups: null, story: null };
  const found = latest?.moments ?? null;
  if (index === null || latest === null || found === null) {
    return { voice: voice.id, moments: null, groups: null, story: null };
  }
  const ear = earOf(voice, latest.origins, voices);
  return {
    voice: voice.id,
    moments: { found, ear },
    groups: latest.map && { index: index.id, map: latest.map, ear },
    story: found.story && { search: found.story, ear },
  };
}
