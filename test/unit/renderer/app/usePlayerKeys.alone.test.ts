// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h } from 'vue';
import type { Clip } from '@shared/contract/sound';
import { usePlayerKeys } from '@/app/usePlayerKeys';
import { useMarks } from '@/stores/marks';
import { type Passage, usePlayer } from '@/stores/player';
import { fakeApi } from '../../../fixtures/fakeApi';
import { fakeSpeaker } from '../../../fixtures/fakeSpeaker';

vi.mock('@/sound/speaker', () => ({ createSpeaker: () => fakeSpeaker() }));
vi.mock('@/words/useFailure', () => ({ useFailure: () => ({ attempt: (work: () => Promise<unknown>) => work() }) }));

const VOICE = 'voice-00000001';
const CLIP: Clip = { rate: 16_000, samples: new Float32Array(16_000), startSeconds: 0, mismatch: null };
const passage = (from: number): Passage => ({ voice: VOICE, file: '0_1.npy', from, to: from + 1 });

const Page = defineComponent({
  setup: () => {
    usePlayerKeys();
    return () =>
      h('main', [
        h('p'),
        h('button'),
        h('textarea'),
        h('input', { type: 'text' }),
        h('input', { type: 'range' }),
        h('input', { type: 'radio' }),
      ]);
  },
});

/** Presses a key where the focus is; whether it was taken. */
async function press(wrapper: ReturnType<typeof mount>, key: string, on = 'p', more = {}): Promise<boolean> {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  wrapper.get(on).element.dispatchEvent(event);
  await flushPromises();
  return event.defaultPrevented;
}

async function listPlaying() {
  const player = usePlayer();
  await player.toggle({ id: 'list', passages: [passage(100), passage(200)] });
  return player;
}

beforeEach(() => {
  setActivePinia(createPinia());
  vi.stubGlobal('api', fakeApi({ 'sound.clip': () => CLIP, 'marks.set': ({ marks }) => marks }));
});

describe('keys of the player', () => {
  it('do nothing without a sound', async () => {
    const wrapper = mount(Page, { attachTo: document.body });
    for (const key of [' ', 'ArrowRight', 'm', '1']) expect(await press(wrapper, key)).toBe(false);
    wrapper.unmount();
  });

  it('play and stop, go on and back, and leave out', async () => {
    const wrapper = mount(Page, { attachTo: document.body });
    const player = await listPlaying();
    expect(await press(wrapper, ' ')).toBe(true);
    expect(player.phase).toBe('stopped');
    await press(wrapper, 'ArrowRight');
    expect(player.passage?.from).toBe(200);
    expect(player.phase).toBe('playing');
    await press(wrapper, 'ArrowLeft');
    expect(player.passage?.from).toBe(100);
    await press(wrapper, 'm');
    expect(useMarks().of(VOICE)).toEqual([{ file: '0_1.npy', from: 100, to: 101 }]);
    await press(wrapper, 'M');
    expect(useMarks().of(VOICE)).toEqual([]);
    wrapper.unmount();
  });

  it('switch takes', async () => {
    const wrapper = mount(Page, { attachTo: document.body });
    const player = usePlayer();
    await player.playTakes(
      'takes',
      [
        { label: 'a', clip: CLIP },
        { label: 'b', clip: CLIP },
      ],
      0,
    );
    expect(await press(wrapper, '2')).toBe(true);
    expect(player.current).toMatchObject({ heard: 1 });
    expect(await press(wrapper, '3')).toBe(false);
    expect(await press(wrapper, 'ArrowRight')).toBe(false);
    wrapper.unmount();
  });

  it.each([
    ['textarea', [' ', 'ArrowLeft', 'm']],
    ['input[type=text]', [' ', 'ArrowLeft', 'm']],
    ['input[type=range]', ['ArrowLeft']],
    ['input[type=radio]', [' ', 'ArrowLeft']],
    ['button', [' ']],
  ])('are never taken from %s', async (on, keys) => {
    const wrapper = mount(Page, { attachTo: document.body });
    await listPlaying();
    for (const key of keys) expect(await press(wrapper, key, on), key).toBe(false);
    wrapper.unmount();
  });

  it.each(['ctrlKey', 'metaKey', 'altKey'])('leave what is pressed with %s alone', async (modifier) => {
    const wrapper = mount(Page, { attachTo: document.body });
    await listPlaying();
    for (const key of [' ', 'ArrowRight', 'm'])
      expect(await press(wrapper, key, 'p', { [modifier]: true })).toBe(false);
    wrapper.unmount();
  });
});
