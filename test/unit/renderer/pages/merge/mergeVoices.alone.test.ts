// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h } from 'vue';
import { useLibrary } from '@/stores/library';
import { i18n } from '@/language/i18n';
import { voice } from '../../../../fixtures/contract';
import { fakeApi } from '../../../../fixtures/fakeApi';

vi.mock('@nuxt/ui/components/Input.vue', () => ({
  default: defineComponent({
    props: { modelValue: { type: String, default: '' } },
    emits: ['update:modelValue'],
    setup: (props, { emit }) => {
      const type = ({ target }: Event): void => emit('update:modelValue', (target as HTMLInputElement).value);
      return () => h('input', { type: 'text', value: props.modelValue, onInput: type });
    },
  }),
}));
vi.mock('@/components/ui/Quantity.vue', () => ({ default: { template: '<i />' } }));
vi.mock('@/components/ui/VoiceAvatar.vue', () => ({ default: { template: '<i />' } }));

const { default: MergeVoices } = await import('@/pages/merge/MergeVoices.vue');

const idOf = (at: number): string => `voice-${String(at).padStart(8, '0')}`;

function list(count: number, ticked: readonly string[] = []) {
  const voices = Array.from({ length: count }, (_, at) => voice({ id: idOf(at), name: `Zoë ${at}` }));
  useLibrary().begin({ sequence: 1, scanning: false, folders: [], voices, indexes: [], models: [], away: {} });
  const wrapper = mount(MergeVoices, { props: { modelValue: ticked }, global: { plugins: [i18n] } });
  const names = (): string[] => wrapper.findAll('label .truncate').map((name) => name.text());
  return { wrapper, names };
}

beforeEach(() => {
  vi.stubGlobal('api', fakeApi({}));
  setActivePinia(createPinia());
});

describe('MergeVoices', () => {
  it('shows all of few, in the order of their names, without a search', () => {
    const { wrapper, names } = list(12);
    expect(names().slice(-3)).toEqual(['Zoë 9', 'Zoë 10', 'Zoë 11']);
    expect(wrapper.find('input[type=text]').exists()).toBe(false);
  });

  it('shows the first of many and what is ticked, and finds the others by name', async () => {
    const { wrapper, names } = list(5_000, [idOf(4_999)]);
    expect(names()).toHaveLength(51);
    expect(names().at(-1)).toBe('Zoë 4999');
    expect(wrapper.text()).toContain('and 4,949 more');
    await wrapper.get('input[type=text]').setValue('zoe 1234');
    expect(names()).toEqual(['Zoë 1234', 'Zoë 4999']);
    await wrapper.findAll('input[type=checkbox]')[0]?.setValue(true);
    expect(wrapper.emitted('update:modelValue')).toEqual([[[idOf(4_999), idOf(1_234)]]]);
    await wrapper.get('input[type=text]').setValue('nobody');
    expect(names()).toEqual(['Zoë 1234', 'Zoë 4999']);
  });
});
