// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { nextTick, reactive } from 'vue';
import { i18n } from '@/language/i18n';

const seek = vi.fn<(second: number) => Promise<void>>(() => Promise.resolve());
const player = reactive({ phase: 'playing', current: {}, heard: 0, seconds: 10, position: (): number => 2, seek });
vi.mock('@/stores/player', () => ({ usePlayer: () => player }));
vi.mock('@/words/useFormat', () => ({ useFormat: () => ({ seconds: String }) }));

const { default: Playhead } = await import('@/components/sound/Playhead.vue');

describe('Playhead', () => {
  it('goes on where it is pressed, before the sound has moved it away again', async () => {
    const wrapper = mount(Playhead, { global: { plugins: [i18n] } });
    const slider = wrapper.get('input');
    slider.element.value = '7';
    await slider.trigger('input');
    expect(seek).toHaveBeenCalledExactlyOnceWith(7);

    player.position = () => 3;
    player.heard = 1;
    await nextTick();
    expect(slider.element.value).toBe('3');
    await slider.trigger('change');
    expect(seek).toHaveBeenCalledOnce();
    wrapper.unmount();
  });
});
