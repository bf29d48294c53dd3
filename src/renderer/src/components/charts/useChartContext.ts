import { computed, type ComputedRef, onScopeDispose, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { useFormat } from '@/words/useFormat';
import { readChartColors, systemChartColors } from './chartTheme';
import type { ChartContext } from './picture';

interface Surroundings {
  readonly colors: ChartContext['colors'];
  readonly font: string;
  readonly animate: boolean;
}

/** Words, formats, colors and motion for the pictures; follows the language, the theme and the system's wishes. */
export function useChartContext(): ComputedRef<ChartContext> {
  const { t } = useI18n();
  const format = useFormat();
  const stillness = window.matchMedia('(prefers-reduced-motion: reduce)');
  const systemColors = window.matchMedia('(forced-colors: active)');
  const look = (): Surroundings => {
    const root = document.documentElement;
    const style = getComputedStyle(root);
    return {
      colors: systemColors.matches
        ? systemChartColors(systemColor('Canvas'), systemColor('CanvasText'))
        : readChartColors(root.classList.contains('dark'), (name) => style.getPropertyValue(name)),
      font: getComputedStyle(document.body).fontFamily || 'sans-serif',
      animate: !stillness.matches,
    };
  };
  const surroundings = shallowRef(look());
  const lookAgain = () => {
    surroundings.value = look();
  };
  const watcher = new MutationObserver(lookAgain);
  watcher.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
  for (const wish of [stillness, systemColors]) wish.addEventListener('change', lookAgain);
  // What is drawn does not change by itself when the letters for it come, as text does. Not every DOM loads letters.
  const letters = 'fonts' in document ? document.fonts : null;
  letters?.addEventListener('loadingdone', lookAgain);
  onScopeDispose(() => {
    watcher.disconnect();
    for (const wish of [stillness, systemColors]) wish.removeEventListener('change', lookAgain);
    letters?.removeEventListener('loadingdone', lookAgain);
  });

  return computed(() => ({
    ...surroundings.value,
    format: format.value,
    t: (key, values = {}, count) =>
      count === undefined ? t(`charts.${key}`, values) : t(`charts.${key}`, values, count),
  }));
}

/** What one of the system's colors is now: only an element knows. */
function systemColor(name: string): string {
  const probe = document.body.appendChild(document.createElement('span'));
  probe.style.color = name;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
