// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { i18n } from '@/language/i18n';
import { MAP } from '../measurements';

vi.mock('@/components/charts/ChartFrame.vue', () => ({ default: { template: '<div><slot name="below" /></div>' } }));
vi.mock('@/components/sound/GroupButtons.vue', () => ({ default: { template: '<i />' } }));
vi.mock('@/components/sound/PlayButton.vue', () => ({ default: { template: '<i />' } }));
vi.mock('@/stores/player', () => ({ usePlayer: () => ({ group: null }) }));

const { default: VoiceMap } = await import('@/components/charts/voiceMap/VoiceMap.vue');

describe('VoiceMap', () => {
  it('keeps what is typed while something else is drawn anew, and picks the group', async () => {
    const wrapper = mount(VoiceMap, { props: { map: MAP, nprobe: 1 }, global: { plugins: [i18n] } });
    const field = wrapper.get('input');
    const list = MAP.groups[1]?.list ?? -1;
    field.element.value = String(list);
    await field.trigger('input');
    await wrapper.setProps({ nprobe: 2 } as object);
    expect(field.element.value).toBe(String(list));
    await field.trigger('change');
    expect(wrapper.emitted('pick')).toEqual([[list]]);
    expect(wrapper.get('h4').text()).toContain(String(list));

    field.element.value = '999999';
    await field.trigger('input');
    await field.trigger('change');
    expect(field.element.value).toBe('');
    expect(wrapper.find('h4').exists()).toBe(false);
  });
});
