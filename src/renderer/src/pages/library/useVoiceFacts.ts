import { useI18n } from 'vue-i18n';
import type { Voice } from '@shared/contract/voices';
import { useFormat } from '@/words/useFormat';

/** `v2 · 42 min · 127K frames`: what a voice is, in one line. */
export function useVoiceFacts() {
  const { t } = useI18n();
  const format = useFormat();

  function said({ version, frames }: Voice, count: (value: number) => string): string {
    const parts = [version ?? ''];
    if (frames === 0) parts.push(t('voice.noFrames'));
    else parts.push(format.value.audio(frames), t('voice.frames', { count: count(frames) }));
    return parts.filter((part) => part !== '').join(' · ');
  }

  const short = (voice: Voice): string => said(voice, format.value.count);

  function exact(voice: Voice): string {
    const dimension = voice.version === null ? [] : [t('voice.dimension', { dimension: voice.dimension ?? 0 })];
    return [said(voice, format.value.exact), ...dimension].join(' · ');
  }

  return { short, exact };
}
