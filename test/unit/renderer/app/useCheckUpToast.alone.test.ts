// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import type { ButtonProps } from '@nuxt/ui';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, nextTick } from 'vue';
import { useNavigation } from '@/stores/navigation';
import { useCheckUp } from '@/stores/checkUp';
import { useJudged } from '@/stores/judged';
import { useLibrary } from '@/stores/library';
import { i18n } from '@/language/i18n';
import { indexFile, voice } from '../../../fixtures/contract';
import { fakeApi } from '../../../fixtures/fakeApi';

interface Told {
  readonly title: string;
  readonly actions: readonly ButtonProps[];
}
const told = new Map<string, Told>();
vi.mock('@nuxt/ui/composables', () => ({
  useToast: () => ({
    add: (toast: Told & { id: string }) => told.set(toast.id, toast),
    update: (id: string, toast: Told) => told.has(id) && told.set(id, toast),
    remove: (id: string) => told.delete(id),
  }),
}));
const { useCheckUpToast } = await import('@/app/useCheckUpToast');

/** Two voices, one of which has an index that nobody knows. */
async function page(): Promise<ReturnType<typeof useCheckUp>> {
  vi.stubGlobal('api', fakeApi({ 'measurements.outlines': () => [] }));
  setActivePinia(createPinia());
  mount(
    defineComponent({
      setup() {
        useCheckUpToast();
        return () => null;
      },
    }),
    { global: { plugins: [i18n] } },
  );
  const voices = [
    voice({ id: 'voice-0000000a', indexes: [indexFile()] }),
    voice({ id: 'voice-0000000b', indexes: [] }),
  ];
  useLibrary().begin({ sequence: 1, scanning: false, folders: [], voices, indexes: [], models: [], away: {} });
  await vi.waitFor(() => expect(useJudged().voices).toHaveLength(2));
  return useCheckUp();
}

beforeEach(() => told.clear());

describe('the end of a check', () => {
  it('is told on every page but the library, and leads there', async () => {
    const checkUp = await page();
    useNavigation().open({ name: 'jobs' });
    checkUp.phase = 'done';
    await nextTick();
    const [toast] = [...told.values()];
    expect(toast?.title).toBe('1 to be built and 1 not measured.');
    const click = toast?.actions[0]?.onClick as () => void;
    click();
    expect(useNavigation().page.name).toBe('library');
    checkUp.close();
    await nextTick();
    expect(told.size).toBe(0);
    checkUp.phase = 'done';
    await nextTick();
    expect(told.size).toBe(0);
  });

  it('is told anew when the last verdict comes', async () => {
    const checkUp = await page();
    useNavigation().open({ name: 'jobs' });
    checkUp.phase = 'done';
    await nextTick();
    const { snapshot, begin } = useLibrary();
    begin({ ...snapshot, sequence: 2, voices: snapshot.voices.slice(1) });
    await vi.waitFor(() => expect([...told.values()][0]?.title).toBe('1 to be built.'));
  });
});
