import { usePlayer } from '@/stores/player';
import { useSettings } from '@/stores/settings';

/** A sound when all jobs are done, for whoever wants to hear it from the next room. */
export function useJobChime(): void {
  const player = usePlayer();
  const settings = useSettings();

  window.api.on('jobs.rested', () => {
    if (settings.settings.soundWhenDone) void player.ring();
  });
}
