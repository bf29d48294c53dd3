import { createI18n } from 'vue-i18n';
import { createFormat } from '@/words/format';
import { LIGHT_COLORS } from '@/components/charts/chartTheme';
import type { ChartContext } from '@/components/charts/picture';
import en from '../../../../../resources/locales/en.json';
import ko from '../../../../../resources/locales/ko.json';

/** The context of a picture in one of the app's languages. A text that is missing throws. */
export function chartContext(locale: 'en' | 'ko' = 'en'): ChartContext {
  const i18n = createI18n({
    legacy: false,
    locale,
    messages: { en, ko },
    fallbackLocale: locale,
    missing: (_, key) => {
      throw new Error(`No text for ${key}`);
    },
  });
  return {
    colors: LIGHT_COLORS,
    font: 'sans-serif',
    animate: false,
    format: createFormat(locale),
    t: (key, values = {}, count) =>
      count === undefined ? i18n.global.t(`charts.${key}`, values) : i18n.global.t(`charts.${key}`, values, count),
  };
}
