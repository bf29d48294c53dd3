import { MOST_CLIP_FRAMES, type Moment, type Suspect } from '@shared/contract/sound';
import type { Passage, Programme } from '@/stores/player';
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
