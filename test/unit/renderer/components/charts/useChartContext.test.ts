// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { createI18n } from 'vue-i18n';
import { expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { ChartContext } from '@/components/charts/picture';
import { useChartContext } from '@/components/charts/useChartContext';

it('draws still pictures where the system asks for less motion, from then on', async () => {
  let changed = (): void => undefined;
  const stillness = {
    matches: false,
    addEventListener: (_: string, listener: () => void) => (changed = listener),
    removeEventListener: () => undefined,
  };
  vi.stubGlobal('matchMedia', (query: string) => (query === '(prefers-reduced-motion: reduce)' ? stillness : null));
  const seen: { animate: boolean }[] = [];
  const i18n = createI18n({ legacy: false, locale: 'en', messages: { en: {} } });
  const wrapper = mount(
    {
      setup: () => ({ context: useChartContext() }),
      render(this: { readonly context: ChartContext }) {
        seen.push({ animate: this.context.animate });
        return null;
      },
    },
    { global: { plugins: [i18n] } },
  );
  stillness.matches = true;
  changed();
  await nextTick();
  wrapper.unmount();
  expect(seen).toEqual([{ animate: true }, { animate: false }]);
});
