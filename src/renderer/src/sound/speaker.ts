import type { Failure } from '@shared/contract/errors';

/** One channel of sound. */
export interface Sound {
  readonly rate: number;
  readonly samples: Float32Array;
}

/** Sounds that run side by side, one of them heard: they can be switched without losing the place. */
export interface Sounding {
  /** Seconds since the beginning of the sound. */
  readonly position: () => number;
  /** Which of the sounds is heard from now on. */
  readonly hear: (place: number) => void;
  readonly stop: () => void;
}

export interface PlayOptions {
  /** Which of the sounds is heard first. */
  readonly heard: number;
  /** Seconds from the beginning. */
  readonly from: number;
  /** The sound has come to its end by itself. */
  readonly ended: () => void;
}

/** Short enough to go unnoticed, long enough that nothing clicks. */
const FADE_SECONDS = 0.03;
const SWITCH_SECONDS = 0.015;
/** A sound device that has not begun by then will not. */
const START_TIMEOUT_MS = 2_000;

/** What is said when nothing can be heard. */
export const NO_OUTPUT: Failure = { code: 'NO_SOUND_OUTPUT', message: 'There is no sound output.', details: {} };

/** The app's only way to the sound device, opened when something is played for the first time. */
export function createSpeaker() {
  let context: AudioContext | null = null;
  let master: GainNode | null = null;
  let loudness = 1;

  async function open(): Promise<{ readonly context: AudioContext; readonly master: GainNode }> {
    const opened = connect();
    if (opened !== null && !isRunning(opened.context)) {
      await Promise.race([opened.context.resume(), after(START_TIMEOUT_MS)]).catch(() => undefined);
    }
    if (opened !== null && isRunning(opened.context)) return opened;
    // A device that comes back is found by a new context only.
    context = null;
    void opened?.context.close().catch(() => undefined);
    // The page's failures are plain objects, as those of main.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw NO_OUTPUT;
  }

  /** @returns null where there cannot be a context at all */
  function connect(): { readonly context: AudioContext; readonly master: GainNode } | null {
    if (context !== null && master !== null && context.state !== 'closed') return { context, master };
    try {
      context = new AudioContext({ latencyHint: 'interactive' });
    } catch {
      // A computer without a device for sound.
      return null;
    }
    master = context.createGain();
    master.gain.value = loudness;
    master.connect(context.destination);
    return { context, master };
  }

  /** Opens the sound device while what is to be played is still on its way; what goes wrong is said when it is played. */
  function prepare(): void {
    void open().catch(() => undefined);
  }

  /**
   * Plays sounds of equal length side by side, one of them to be heard, faded in and out.
   *
   * @throws Failure `NO_SOUND_OUTPUT` when the sound device does not start.
   */
  async function play(sounds: readonly Sound[], { heard, from, ended }: PlayOptions): Promise<Sounding> {
    const { context, master } = await open();
    const began = context.currentTime - from;
    const seconds = Math.max(...sounds.map(({ samples, rate }) => samples.length / rate));
    const envelope = context.createGain();
    envelope.connect(master);
    fade(envelope.gain, context.currentTime, began + seconds);

    const voices = sounds.map(({ samples, rate }, place) => {
      const buffer = context.createBuffer(1, Math.max(1, samples.length), rate);
      buffer.getChannelData(0).set(samples);
      const source = context.createBufferSource();
      source.buffer = buffer;
      const gain = context.createGain();
      gain.gain.value = place === heard ? 1 : 0;
      source.connect(gain).connect(envelope);
      source.start(0, from);
      return { source, gain };
    });

    let left = voices.length;
    let stopped = false;
    for (const { source } of voices) {
      source.onended = () => {
        left -= 1;
        if (left > 0) return;
        envelope.disconnect();
        if (!stopped) ended();
      };
    }
    return {
      position: () => Math.min(seconds, Math.max(0, context.currentTime - began)),
      hear: (chosen) => {
        for (const [place, { gain }] of voices.entries()) {
          gain.gain.cancelScheduledValues(context.currentTime);
          gain.gain.setTargetAtTime(place === chosen ? 1 : 0, context.currentTime, SWITCH_SECONDS / 3);
        }
      },
      stop: () => {
        if (stopped) return;
        stopped = true;
        const now = context.currentTime;
        envelope.gain.cancelScheduledValues(now);
        envelope.gain.setTargetAtTime(0, now, SWITCH_SECONDS / 3);
        for (const { source } of voices) source.stop(now + 2 * SWITCH_SECONDS);
      },
    };
  }

  /** @param volume 0 to 1. */
  function setVolume(volume: number): void {
    // Loudness is heard in steps of equal ratio: the square comes near enough.
    loudness = volume ** 2;
    if (context !== null && master !== null) {
      master.gain.setTargetAtTime(loudness, context.currentTime, SWITCH_SECONDS);
    }
  }

  /** Chromium plays into nothing when there is no device; only the list of devices tells. */
  async function hasOutput(): Promise<boolean> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.some(({ kind }) => kind === 'audiooutput');
  }

  return { prepare, play, setVolume, hasOutput };
}

export type Speaker = ReturnType<typeof createSpeaker>;

function fade(gain: AudioParam, begin: number, end: number): void {
  const length = Math.min(FADE_SECONDS, Math.max(0, end - begin) / 3);
  gain.setValueAtTime(0, begin);
  gain.linearRampToValueAtTime(1, begin + length);
  gain.setValueAtTime(1, end - length);
  gain.linearRampToValueAtTime(0, end);
}

function isRunning(context: AudioContext): boolean {
  return context.state === 'running';
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
