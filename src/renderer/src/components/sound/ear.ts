import type { Origins } from '@shared/contract/measurement';
import type { Moment } from '@shared/contract/sound';
import type { Voice } from '@shared/contract/voices';
import type { Passage } from '@/stores/player';

/** Where a moment can be heard; null for one that is missing, or whose recording is not at hand. */
export type Ear = (moment: Moment | null) => Passage | null;

type Heard = Pick<Voice, 'id' | 'name' | 'sound'>;

/**
 * @param voice The voice that an index belongs to.
 * @param origins Where voices were merged: moments name theirs by its position here.
 * @param voices All that are known; a merged voice is the only one of its name.
 */
export function earOf(voice: Heard, origins: Pick<Origins, 'voices'> | null, voices: readonly Heard[]): Ear {
  const merged = (origins?.voices ?? []).map(({ name }) => {
    const [one, another] = voices.filter((candidate) => candidate.name === name);
    return another === undefined && one?.sound ? { voice: one.id, of: name } : null;
  });
  const own = voice.sound ? { voice: voice.id } : null;
  return (moment) => {
    if (moment === null) return null;
    const heard = moment.voice === undefined ? own : (merged[moment.voice] ?? null);
    const { file, frame } = moment;
    return heard === null ? null : { ...heard, file, from: frame, to: frame + 1 };
  };
}
