import { MOST_CLIP_FRAMES } from '@shared/contract/sound';
import type { Programme } from '@/stores/player';

/** All of a recording, as far as it can be played at once. */
export function fileProgramme(voice: string, file: string): Programme {
  return { id: `file ${voice} ${file}`, passages: [{ voice, file, from: 0, to: MOST_CLIP_FRAMES }] };
}
