// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { createI18n } from 'vue-i18n';
import { expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { ChartContext } from '@/components/charts/picture';
import { useChartContext } from '@/components/charts/useChartContext';

function contextsSeen(): { readonly seen: ChartContext[]; readonly unmount: () => void } {
  const seen: ChartContext[] = [];
  const i18n = createI18n({ legacy: false, locale: 'en', messages: { en: {} } });
  const wrapper = mount(
    {
      setup: () => ({ context: useChartContext() }),
      render(this: { readonly context: ChartContext }) {
        seen.push(this.context);
        return null;
      },
    },
    { global: { plugins: [i18n] } },
  );
  return { seen, unmount: () => wrapper.unmount() };
}

it('draws again when the letters for it have come', async () => {
  const letters = new EventTarget();
  Object.defineProperty(document, 'fonts', { value: letters, configurable: true });
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: false }));
  const { seen, unmount } = contextsSeen();
  letters.dispatchEvent(new Event('loadingdone'));
  await nextTick();
  expect(seen).toHaveLength(2);
  unmount();
  letters.dispatchEvent(new Event('loadingdone'));
  await nextTick();
  expect(seen).toHaveLength(2);
  Reflect.deleteProperty(document, 'fonts');
});

it('draws still pictures where the system asks for less motion, from then on', async () => {
  let changed = (): void => undefined;
  const stillness = {
    matches: false,
    addEventListener: (_: string, listener: () => void) => (changed = listener),
    removeEventListener: () => undefined,
  };
  vi.stubGlobal('matchMedia', (query: string) =>
    query === '(prefers-reduced-motion: reduce)' ? stillness : Object.assign(new EventTarget(), { matches: false }),
  );
  const { seen, unmount } = contextsSeen();
  stillness.matches = true;
  changed();
  await nextTick();
  unmount();
  expect(seen.map(({ animate }) => animate)).toEqual([true, false]);
});
