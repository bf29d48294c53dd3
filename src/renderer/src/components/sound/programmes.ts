import type { Failure } from '@shared/contract/errors';
import type { ResultOf } from '@shared/contract/channels';
import { MOST_CLIP_FRAMES, type Moment, type Suspect } from '@shared/contract/sound';
import type { Passage, Programme } from '@/stores/player';
import type { AudibleGroups } from './audible';
import type { Ear } from './ear';

/** What can be heard of some moments. */
export function passagesOf(ear: Ear, moments: readonly (Moment | null)[]): Passage[] {
  return moments.map(ear).filter((passage) => passage !== null);
}

/** What a suspect is about. */
export function passageOf(voice: string, { moment, frames }: Suspect): Passage {
  return { voice, file: moment.file, from: moment.frame, to: moment.frame + frames };
}

/** All of a recording, as far as it can be played at once. */
export function fileProgramme(voice: string, file: string): Programme {
  return { id: `file ${voice} ${file}`, passages: [{ voice, file, from: 0, to: MOST_CLIP_FRAMES }] };
}

type GroupAnswer = ResultOf<'sound.group'>;

/** Why a group cannot be heard. */
const REASONS: Readonly<Record<NonNullable<GroupAnswer['reason']>, Failure>> = {
  noTrace: { code: 'MOMENTS_UNKNOWN', message: 'The index has not been traced.', details: {} },
  untraced: { code: 'MOMENTS_NOT_OF_VOICE', message: 'No moment of the group is of this voice.', details: {} },
};

/** The moments of a group that are most typical of it, one after the other. */
export function groupProgramme({ index, ear }: AudibleGroups, list: number): Programme {
  return {
    id: `group ${index} ${list}`,
    group: { index, list },
    runsOn: true,
    passages: async () => {
      const { moments, reason } = await window.api.call('sound.group', { index, list });
      // The page's failures are plain objects, as those of main.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      if (reason !== null) throw REASONS[reason];
      return passagesOf(ear, moments);
    },
  };
}
