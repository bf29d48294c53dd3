import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSpeaker, NO_OUTPUT } from '@/sound/speaker';

/** A context whose device does not begin, or does. */
class FakeContext {
  static made: FakeContext[] = [];
  static device: 'running' | 'suspended' = 'suspended';
  readonly destination = {};
  state: AudioContextState = FakeContext.device;
  currentTime = 0;

  constructor() {
    FakeContext.made.push(this);
  }

  createGain(): unknown {
    const gain = { value: 1, setValueAtTime: () => gain, linearRampToValueAtTime: () => gain };
    return { gain, connect: (to: unknown) => to };
  }

  createBuffer(_: number, length: number): unknown {
    const samples = new Float32Array(length);
    return { getChannelData: () => samples };
  }

  createBufferSource(): unknown {
    return { connect: (to: unknown) => to, start: () => undefined };
  }

  // A device that is not there leaves the promise open.
  resume(): Promise<void> {
    return new Promise(() => undefined);
  }

  close(): Promise<void> {
    this.state = 'closed';
    return Promise.resolve();
  }
}

const SOUND = [{ rate: 16_000, samples: new Float32Array(99) }];
const OPTIONS = { heard: 0, from: 0, ended: () => undefined };

afterEach(() => {
  vi.useRealTimers();
  FakeContext.made = [];
  FakeContext.device = 'suspended';
});

describe('the speaker', () => {
  it('says that there is no output where the system has none to give', async () => {
    vi.stubGlobal('AudioContext', function () {
      throw new DOMException('No device', 'NotSupportedError');
    });
    const speaker = createSpeaker();
    speaker.prepare();
    await expect(speaker.play(SOUND, OPTIONS)).rejects.toBe(NO_OUTPUT);
  });

  it('says so when the device does not begin, and looks for another the next time', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('AudioContext', FakeContext);
    const speaker = createSpeaker();
    const played = expect(speaker.play(SOUND, OPTIONS)).rejects.toBe(NO_OUTPUT);
    await vi.advanceTimersByTimeAsync(2_000);
    await played;
    expect(FakeContext.made.map(({ state }) => state)).toEqual(['closed']);
    FakeContext.device = 'running';
    expect((await speaker.play(SOUND, OPTIONS)).position()).toBe(0);
    expect(FakeContext.made).toHaveLength(2);
  });
});
