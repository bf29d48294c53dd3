import { useI18n } from 'vue-i18n';
import type { Fit, ModelFacts } from '@shared/contract/models';
import type { HealthLevel } from '@shared/domain/verdict/health';
import { useFormat } from './useFormat';

const FIT_LEVELS: Readonly<Record<Fit['fits'], HealthLevel>> = {
  yes: 'good',
  doubtful: 'usable',
  no: 'unusable',
  unknown: 'none',
};

/** Says what a model is, and whether an index fits it. */
export function useModelWords() {
  const { t } = useI18n();
  const format = useFormat();

  /** What is known of it, in the order in which people ask. */
  function facts({ version, sampleRate, f0, embedder, epochs, steps, author }: ModelFacts): string[] {
    return [
      version,
      sampleRate === null ? null : t('model.sampleRate', { rate: format.value.number(sampleRate / 1_000) }),
      f0 === null ? null : t(f0 ? 'model.pitch' : 'model.noPitch'),
      embedder,
      epochs === null ? null : t('voice.epochs', { count: format.value.exact(epochs) }, epochs),
      steps === null ? null : t('model.steps', { count: format.value.exact(steps) }, steps),
      author === null ? null : t('model.author', { name: author }),
    ].filter((fact) => fact !== null);
  }

  function fit(of: Fit): { readonly level: HealthLevel; readonly sentence: string } {
    const level = FIT_LEVELS[of.fits];
    switch (of.fits) {
      case 'yes':
      case 'unknown':
        return { level, sentence: t(`model.fit.${of.fits}`) };
      case 'doubtful':
        return { level, sentence: t(`model.fit.${of.reason}`) };
      case 'no':
        return { level, sentence: t(`model.fit.${of.reason}`, { model: of.model, index: of.index }) };
    }
  }

  return { facts, fit };
}
