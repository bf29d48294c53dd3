// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clip } from '@shared/contract/sound';
import { i18n } from '@/language/i18n';
import { useMarks } from '@/stores/marks';
import { type Passage, type Programme, usePlayer } from '@/stores/player';
import { fakeApi } from '../../../../fixtures/fakeApi';
import { type FakeSpeaker, fakeSpeaker } from '../../../../fixtures/fakeSpeaker';

vi.mock('@nuxt/ui/components/Button.vue', async () => ({
  default: (await import('../../../../fixtures/plainButton')).PlainButton,
}));
vi.mock('@nuxt/ui/components/Icon.vue', () => ({ default: { template: '<i />' } }));
vi.mock('@nuxt/ui/composables', () => ({ useToast: () => ({ add: vi.fn() }) }));
let speaker: FakeSpeaker;
vi.mock('@/sound/speaker', () => ({ createSpeaker: () => speaker }));

const { default: PlayButton } = await import('@/components/sound/PlayButton.vue');
const { default: SoundStrip } = await import('@/components/sound/SoundStrip.vue');

const VOICE = 'voice-00000001';
const CLIP: Clip = { rate: 16_000, samples: new Float32Array(16_000), startSeconds: 1.7, mismatch: null };
const passage = (from: number): Passage => ({ voice: VOICE, file: '0_1.npy', from, to: from + 1 });
const LIST: Programme = { id: 'list', passages: [passage(100), passage(200)] };

const global = { plugins: [i18n] };
const named = (wrapper: VueWrapper, name: string) => wrapper.find(`[aria-label="${name}"]`);
const labeled = (wrapper: VueWrapper, label: string) =>
  wrapper.findAll('button').find((button) => button.text() === label);

// What is still on the page goes on drawing.
enableAutoUnmount(afterEach);

beforeEach(() => {
  setActivePinia(createPinia());
  speaker = fakeSpeaker();
  vi.stubGlobal('api', fakeApi({ 'sound.clip': () => CLIP, 'marks.set': ({ marks }) => marks }));
});

describe('PlayButton', () => {
  it('plays what it is named for, and stops it', async () => {
    const wrapper = mount(PlayButton, { props: { programme: LIST, place: 1, what: 'the moment' }, global });
    await named(wrapper, 'Play the moment').trigger('click');
    await flushPromises();
    expect(usePlayer().passage).toEqual(passage(200));
    await named(wrapper, 'Stop the moment').trigger('click');
    expect(usePlayer().phase).toBe('stopped');
    expect(named(wrapper, 'Play the moment').exists()).toBe(true);
  });

  it('is not the one that plays when another place of its list does', async () => {
    const wrapper = mount(PlayButton, { props: { programme: LIST, place: 1, what: 'the moment' }, global });
    await usePlayer().toggle(LIST, 0);
    expect(named(wrapper, 'Play the moment').exists()).toBe(true);
  });
});

describe('SoundStrip', () => {
  it('is away until something is played', async () => {
    const wrapper = mount(SoundStrip, { global });
    expect(wrapper.find('section').exists()).toBe(false);
    await usePlayer().toggle(LIST);
    await flushPromises();
    expect(wrapper.get('section').attributes('aria-label')).toBe('Sound');
    expect(wrapper.text()).toContain('0_1');
    expect(wrapper.text()).toContain('1 of 2');
    await named(wrapper, 'Put the sound away').trigger('click');
    expect(wrapper.find('section').exists()).toBe(false);
  });

  it('goes on and back within the list', async () => {
    const wrapper = mount(SoundStrip, { global });
    await usePlayer().toggle(LIST);
    await flushPromises();
    expect(named(wrapper, 'The one before (←)').attributes('disabled')).toBeDefined();
    await named(wrapper, 'The next one (→)').trigger('click');
    await flushPromises();
    expect(usePlayer().passage).toEqual(passage(200));
  });

  it('leaves the passage out and takes it in again', async () => {
    const wrapper = mount(SoundStrip, { global });
    await usePlayer().toggle(LIST);
    await flushPromises();
    await labeled(wrapper, 'Leave out')?.trigger('click');
    await flushPromises();
    expect(useMarks().of(VOICE)).toHaveLength(1);
    await labeled(wrapper, 'Take in again')?.trigger('click');
    await flushPromises();
    expect(useMarks().of(VOICE)).toEqual([]);
  });

  it('says what went wrong instead of a picture', async () => {
    speaker.refuses = { code: 'NO_SOUND_OUTPUT', message: '', details: {} };
    const wrapper = mount(SoundStrip, { global });
    await usePlayer().toggle(LIST);
    await flushPromises();
    expect(wrapper.get('[role=alert]').text()).toContain('could not be played');
    expect(wrapper.find('canvas').exists()).toBe(false);
  });

  it('says whose sound it is, where voices were merged', async () => {
    const wrapper = mount(SoundStrip, { global });
    await usePlayer().toggle({ id: 'merged', passages: [{ ...passage(100), of: 'Aria' }] });
    await flushPromises();
    expect(wrapper.text()).toContain('Aria: 0_1');
  });

  it('says that a recording and its features are not of one length', async () => {
    const clip = { ...CLIP, mismatch: { recordingSeconds: 2.5, featureSeconds: 4 } };
    vi.stubGlobal('api', fakeApi({ 'sound.clip': () => clip }));
    const wrapper = mount(SoundStrip, { global });
    await usePlayer().toggle(LIST);
    await flushPromises();
    expect(wrapper.get('[role=status]').text()).toContain('The recording is 2.50 sec long, its features 4.00 sec.');
    vi.stubGlobal('api', fakeApi({ 'sound.clip': () => CLIP }));
    await usePlayer().step(1);
    await flushPromises();
    expect(wrapper.find('[role=status]').exists()).toBe(false);
  });

  it('says when nothing is there to hear it with', async () => {
    speaker.output = false;
    const wrapper = mount(SoundStrip, { global });
    await usePlayer().toggle(LIST);
    await flushPromises();
    expect(wrapper.get('[role=status]').text()).toContain('Connect loudspeakers');
  });

  it('has a button for each take, the heard one pressed', async () => {
    const wrapper = mount(SoundStrip, { global });
    const takes = ['The recording', 'This index'].map((label) => ({ label, clip: CLIP }));
    await usePlayer().playTakes('takes', takes, 0);
    await flushPromises();
    const second = labeled(wrapper, '2 This index');
    expect(second?.attributes('aria-pressed')).toBe('false');
    await second?.trigger('click');
    expect(labeled(wrapper, '2 This index')?.attributes('aria-pressed')).toBe('true');
    expect(speaker.played[0]?.heard()).toBe(1);
    expect(labeled(wrapper, 'Leave out')).toBeUndefined();
  });
});
