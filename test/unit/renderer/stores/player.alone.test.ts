// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clip } from '@shared/contract/sound';
import { type Passage, type Programme, usePlayer } from '@/stores/player';
import { fakeApi, type FakeApi } from '../../../fixtures/fakeApi';
import { type FakeSpeaker, fakeSpeaker } from '../../../fixtures/fakeSpeaker';

let speaker: FakeSpeaker;
vi.mock('@/sound/speaker', () => ({ createSpeaker: () => speaker }));

const VOICE = 'voice-00000001';
const RATE = 16_000;
/** What main adds around the frames that were asked for. */
const PADDING = 0.3;

function clip(startSeconds = 0, seconds = 1): Clip {
  return { rate: RATE, samples: new Float32Array(seconds * RATE), startSeconds, mismatch: null };
}

const passage = (from: number): Passage => ({ voice: VOICE, file: '0_1.npy', from, to: from + 1 });

function programme(change: Partial<Programme> = {}): Programme {
  return { id: 'group-7', passages: [passage(100), passage(200), passage(300)], ...change };
}

function stub(): FakeApi {
  const api = fakeApi({ 'sound.clip': ({ from }) => clip(Math.max(0, from / 50 - PADDING)) });
  vi.stubGlobal('api', api);
  return api;
}

const asked = (api: FakeApi): unknown[] => api.calls.map(({ argument }) => argument);

beforeEach(() => {
  setActivePinia(createPinia());
  speaker = fakeSpeaker();
});

describe('player', () => {
  it('plays a moment with what comes around it, and knows where in it the moment is', async () => {
    const api = stub();
    const player = usePlayer();
    await player.toggle(programme({ passages: [passage(100)] }));
    expect(asked(api)).toEqual([{ voice: VOICE, file: '0_1.npy', from: 100, frames: 1 }]);
    expect(player.phase).toBe('playing');
    expect(player.marked?.from).toBeCloseTo(PADDING, 6);
    expect(player.marked?.to).toBeCloseTo(PADDING + 0.025, 6);
  });

  it('asks for half a minute at most, and knows where a recording ends', async () => {
    const api = stub();
    const player = usePlayer();
    await player.toggle(programme({ passages: [{ ...passage(3), to: 9_000 }] }));
    expect(asked(api)).toEqual([{ voice: VOICE, file: '0_1.npy', from: 3, frames: 1_500 }]);
    // One second of sound holds 49 frames.
    expect(player.passage).toEqual({ ...passage(3), to: 49 });
  });

  it('lets one thing sound at a time', async () => {
    stub();
    const player = usePlayer();
    await player.toggle(programme());
    await player.toggle(programme({ id: 'group-8' }));
    expect(speaker.played.map((played) => played.stopped())).toEqual([true, false]);
    expect(player.isCurrent('group-8', 0)).toBe(true);
    expect(player.isCurrent('group-7')).toBe(false);
  });

  it('stops what plays, and plays it again', async () => {
    stub();
    const player = usePlayer();
    await player.toggle(programme());
    await player.toggle(programme());
    expect(player.phase).toBe('stopped');
    expect(speaker.played[0]?.stopped()).toBe(true);
    await player.resume();
    expect(player.phase).toBe('playing');
    expect(speaker.played).toHaveLength(2);
  });

  it('goes on by itself only where it is meant to', async () => {
    stub();
    const player = usePlayer();
    await player.toggle(programme({ runsOn: true }));
    for (const place of [0, 1, 2]) {
      expect(player.isCurrent('group-7', place)).toBe(true);
      speaker.played.at(-1)?.options.ended();
      await flushPromises();
    }
    expect(player.phase).toBe('stopped');
    expect(speaker.played).toHaveLength(3);

    await player.toggle(programme({ id: 'worst' }));
    speaker.played.at(-1)?.options.ended();
    await flushPromises();
    expect(player.isCurrent('worst', 0)).toBe(true);
    expect(player.phase).toBe('stopped');
  });

  it('steps through a list, and no further than its ends', async () => {
    stub();
    const player = usePlayer();
    await player.toggle(programme(), 1);
    await player.step(1);
    expect(player.passage?.from).toBe(300);
    await player.step(1);
    expect(player.passage?.from).toBe(300);
    await player.step(-1);
    await player.step(-1);
    await player.step(-1);
    expect(player.passage?.from).toBe(100);
  });

  it('plays only the answer to what was asked last', async () => {
    const answers: ((value: Clip) => void)[] = [];
    const api = { ...fakeApi({}), call: () => new Promise<Clip>((resolve) => answers.push(resolve)) };
    vi.stubGlobal('api', api);
    const player = usePlayer();
    void player.toggle(programme());
    await flushPromises();
    void player.toggle(programme({ id: 'group-8', passages: [passage(900)] }));
    await flushPromises();
    answers[1]?.(clip(17.7));
    answers[0]?.(clip(1.7));
    await flushPromises();
    expect(speaker.played).toHaveLength(1);
    expect(player.clip?.startSeconds).toBe(17.7);
  });

  it('asks which passages there are only when they are to be heard, and says when there are none', async () => {
    const api = stub();
    const player = usePlayer();
    const passages = vi.fn(() => Promise.resolve<readonly Passage[]>([]));
    const unknown = programme({ passages });
    expect(passages).not.toHaveBeenCalled();
    await player.toggle(unknown);
    expect(passages).toHaveBeenCalledTimes(1);
    expect(player.failure?.code).toBe('MOMENTS_UNKNOWN');
    expect(player.phase).toBe('stopped');
    expect(api.calls).toEqual([]);
  });

  it('keeps what went wrong until something else is played', async () => {
    const player = usePlayer();
    vi.stubGlobal('api', fakeApi({}));
    await player.toggle(programme());
    expect(player.failure?.code).toBe('BAD_REQUEST');
    expect(player.phase).toBe('stopped');
    stub();
    speaker.refuses = { code: 'NO_SOUND_OUTPUT', message: '', details: {} };
    await player.resume();
    await flushPromises();
    expect(player.failure?.code).toBe('NO_SOUND_OUTPUT');
    speaker.refuses = null;
    await player.resume();
    await flushPromises();
    expect(player.failure).toBeNull();
    expect(player.phase).toBe('playing');
  });

  it('knows when nobody can hear it', async () => {
    stub();
    speaker.output = false;
    const player = usePlayer();
    expect(player.audible).toBe(true);
    await player.toggle(programme());
    await flushPromises();
    expect(player.audible).toBe(false);
    expect(player.phase).toBe('playing');
  });

  it('switches takes at the same position, and goes on where it was stopped', async () => {
    stub();
    const player = usePlayer();
    const takes = ['recording', 'true', 'index'].map((label) => ({ label, clip: clip(0, 10) }));
    await player.playTakes('takes-1', takes, 0);
    speaker.played[0]?.passTo(4);
    player.hear(2);
    expect(speaker.played).toHaveLength(1);
    expect(speaker.played[0]?.heard()).toBe(2);
    player.hear(3);
    expect(player.current).toMatchObject({ heard: 2 });
    player.stop();
    expect(player.position()).toBe(4);
    player.hear(1);
    await player.resume();
    expect(speaker.played[1]?.options).toMatchObject({ heard: 1, from: 4 });
    speaker.played[1]?.options.ended();
    expect(player.position()).toBe(0);
  });

  it('puts the sound away', async () => {
    stub();
    const player = usePlayer();
    await player.toggle(programme());
    player.close();
    expect(player.current).toBeNull();
    expect(player.heard).toBeNull();
    expect(speaker.played[0]?.stopped()).toBe(true);
    await player.resume();
    expect(speaker.played).toHaveLength(1);
  });
});
