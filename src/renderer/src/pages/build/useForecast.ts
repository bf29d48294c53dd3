import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import type { BuildOptions } from '@shared/contract/build';
import { forecast, UNKNOWN_RATES } from '@shared/domain/recipes/forecast';
import { useFormat } from '@/words/useFormat';
import { useSettings } from '@/stores/settings';
import type { Term } from '@/language/glossary';
import type { Material } from './useBuildForm';

/** One figure of what a build will cost. */
export interface ForecastRow {
  readonly label: string;
  readonly term: Term;
  readonly value: string;
  /** The exact value. */
  readonly title: string | undefined;
  readonly warn: boolean;
}

/** What a build will cost on this computer, in words. */
export function useForecast(input: () => Material & { readonly options: BuildOptions }) {
  const { t } = useI18n();
  const format = useFormat();
  const settings = useSettings();

  const cost = computed(() => forecast({ ...input(), rates: settings.info?.rates ?? UNKNOWN_RATES }));
  const tooMuch = computed(() => settings.info !== null && cost.value.memoryBytes > settings.info.memoryBytes);
  const rows = computed<readonly ForecastRow[]>(() => {
    const { bytes, memoryBytes, seconds } = cost.value;
    const { exactBytes, duration, bytes: short } = format.value;
    return [
      {
        label: t('build.forecast.size'),
        term: 'size',
        value: bytes === null ? t('build.forecast.unknownSize') : short(bytes),
        title: bytes === null ? undefined : exactBytes(bytes),
        warn: false,
      },
      {
        label: t('build.forecast.memory'),
        term: 'estimate',
        value: t('build.forecast.about', { amount: short(memoryBytes) }),
        title: exactBytes(memoryBytes),
        warn: tooMuch.value,
      },
      {
        label: t('build.forecast.time'),
        term: 'estimate',
        value:
          seconds === null
            ? t('build.forecast.unknown')
            : t('build.forecast.about', { amount: duration(seconds * 1000) }),
        title: undefined,
        warn: false,
      },
    ];
  });
  /** The same in short, without what is not known. */
  const parts = computed(() => {
    const { bytes, memoryBytes, seconds } = cost.value;
    return [
      bytes === null ? null : format.value.bytes(bytes),
      t('build.forecast.ofMemory', { amount: format.value.bytes(memoryBytes) }),
      seconds === null ? null : t('build.forecast.about', { amount: format.value.duration(seconds * 1000) }),
    ].filter((part) => part !== null);
  });
  return { rows, parts, tooMuch };
}
