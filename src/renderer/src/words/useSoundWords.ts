import { useI18n } from 'vue-i18n';
import type { Moment } from '@shared/contract/sound';
import { frameSeconds } from '@shared/domain/voice/frames';
import { stemOf } from '@shared/domain/voice/stem';
import { useFormat } from './useFormat';

/** What places in recordings are called. */
export function useSoundWords() {
  const { t } = useI18n();
  const format = useFormat();

  /** A frame by its recording and its time there. */
  const moment = ({ file, frame }: Moment): string =>
    t('sound.moment', { file: stemOf(file), at: format.value.seconds(frameSeconds(frame)) });

  return { moment };
}
