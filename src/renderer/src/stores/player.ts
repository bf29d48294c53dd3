import { computed, ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { Failure } from '@shared/contract/errors';
import { type Clip, MOST_CLIP_FRAMES } from '@shared/contract/sound';
import { frameSeconds, framesIn, spanSeconds } from '@shared/domain/voice/frames';
import { chime } from '@/sound/chime';
import { createSpeaker, type Sounding } from '@/sound/speaker';
import { failureOf } from './failure';

/** A place in the recordings of a voice: frames `from` to `to`, `to` not among them; it may end after its recording. */
export interface Passage {
  readonly voice: string;
  /** The name of its voice, where voices were merged. */
  readonly of?: string;
  /** Name of a .npy file. */
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** Passages that belong together: one after the other by itself, or by the arrow keys. */
export interface Programme {
  /** The same id is the same programme, whichever button has begun it. */
  readonly id: string;
  /** Asked for when it is played where they are not known before. */
  readonly passages: readonly Passage[] | (() => Promise<readonly Passage[]>);
  /** Whether the next one follows by itself. */
  readonly runsOn?: boolean;
  /** The group of an index whose moments they are, for the map. */
  readonly group?: { readonly index: string; readonly list: number };
}

/** One of several sounds of equal length that are switched at the same position. */
export interface Take {
  readonly label: string;
  readonly clip: Clip;
}

/** What is at hand in the strip, playing or not. */
export type Current =
  | { readonly kind: 'passages'; readonly id: string; readonly passages: readonly Passage[]; readonly place: number }
  | { readonly kind: 'takes'; readonly id: string; readonly takes: readonly Take[]; readonly heard: number };

/** What is said of a group of which nothing is known to be heard. */
const MOMENTS_UNKNOWN: Failure = { code: 'MOMENTS_UNKNOWN', message: 'No moment could be traced.', details: {} };

/** One thing sounds at a time: what it is, and whether it plays. */
export const usePlayer = defineStore('player', () => {
  const speaker = createSpeaker();
  const current = shallowRef<Current | null>(null);
  const phase = ref<'loading' | 'playing' | 'stopped'>('stopped');
  /** The clip that a passage was cut from. */
  const clip = shallowRef<Clip | null>(null);
  const failure = shallowRef<Failure | null>(null);
  /** False when it plays and nobody can hear it. */
  const audible = ref(true);
  /** A dialog shows what plays, so that the page behind it need not. */
  const inDialog = ref(false);
  let sounding: Sounding | null = null;
  /** Counts what was asked for: an answer that comes after the next question is not played. */
  let question = 0;
  /** What else is known of the programme at hand. */
  const programme = shallowRef<Pick<Programme, 'runsOn' | 'group'>>({});
  /** Where takes were stopped, to go on from there. */
  let restsAt = 0;

  /** The group that sounds now. */
  const group = computed(() =>
    current.value === null || phase.value === 'stopped' ? null : (programme.value.group ?? null),
  );
  const passage = computed(() =>
    current.value?.kind === 'passages' ? (current.value.passages[current.value.place] ?? null) : null,
  );
  /** What is heard, to be drawn. */
  const heard = computed(() =>
    current.value?.kind === 'takes' ? (current.value.takes[current.value.heard]?.clip ?? null) : clip.value,
  );
  const seconds = computed(() => (heard.value === null ? 0 : heard.value.samples.length / heard.value.rate));
  /** Where the passage lies in its clip, in seconds; null where it is all of it. */
  const marked = computed(() => {
    if (passage.value === null || clip.value === null) return null;
    const { startSeconds } = clip.value;
    const { from, to } = passage.value;
    const begin = Math.max(0, frameSeconds(from) - startSeconds);
    const end = Math.min(seconds.value, frameSeconds(from) + spanSeconds(to - from) - startSeconds);
    return begin === 0 && end === seconds.value ? null : { from: begin, to: end };
  });

  /** Whether this programme is the one at hand: any passage of it, or the one at a place. */
  function isCurrent(id: string, place?: number): boolean {
    if (current.value?.id !== id) return false;
    return place === undefined || (current.value.kind === 'passages' && current.value.place === place);
  }

  function silence(): void {
    sounding?.stop();
    sounding = null;
    question += 1;
  }

  /** Stops; the same sound stays at hand. A passage begins anew, takes go on where they were. */
  function stop(): void {
    restsAt = current.value?.kind === 'takes' ? position() : 0;
    silence();
    phase.value = 'stopped';
  }

  /** Stops, and puts the sound away. */
  function close(): void {
    stop();
    current.value = null;
    clip.value = null;
    failure.value = null;
  }

  /** Does what has to be waited for, unless something else was asked for meanwhile; what goes wrong is kept. */
  async function ask<T>(work: () => Promise<T>, then: (answer: T) => unknown): Promise<void> {
    silence();
    const mine = question;
    phase.value = 'loading';
    failure.value = null;
    try {
      const answer = await work();
      if (mine === question) await then(answer);
    } catch (error) {
      if (mine !== question) return;
      fail(failureOf(error));
    }
  }

  function fail(reason: Failure): void {
    phase.value = 'stopped';
    failure.value = reason;
  }

  /** Plays a programme, or stops it when it plays. */
  async function toggle({ id, passages, ...rest }: Programme, place?: number): Promise<void> {
    if (isCurrent(id, place) && phase.value !== 'stopped') {
      stop();
      return;
    }
    silence();
    programme.value = rest;
    clip.value = null;
    const begin = async (known: readonly Passage[]): Promise<void> => {
      current.value = { kind: 'passages', id, passages: known, place: place ?? 0 };
      if (known.length > 0) await playPassage();
      else fail(MOMENTS_UNKNOWN);
    };
    if (typeof passages === 'function') {
      current.value = { kind: 'passages', id, passages: [], place: place ?? 0 };
      await ask(passages, begin);
    } else await begin(passages);
  }

  async function playPassage(): Promise<void> {
    const wanted = passage.value;
    if (wanted === null) return;
    const { voice, file, from, to } = wanted;
    speaker.prepare();
    await ask(
      () => window.api.call('sound.clip', { voice, file, from, frames: Math.min(MOST_CLIP_FRAMES, to - from) }),
      (answer) => {
        // Before it is drawn: the ear is quicker than the eye.
        const begun = sound([answer], 0, 0);
        clip.value = answer;
        endAt(answer.startSeconds + answer.samples.length / answer.rate);
        return begun;
      },
    );
  }

  /** The passage at hand ends where its recording does. */
  function endAt(seconds: number): void {
    const { value } = current;
    if (value?.kind !== 'passages') return;
    const end = framesIn(seconds);
    const passages = value.passages.map((known, place) =>
      place === value.place ? { ...known, to: Math.min(known.to, Math.max(known.from + 1, end)) } : known,
    );
    current.value = { ...value, passages };
  }

  /** Plays takes of equal length, one of them heard. */
  async function playTakes(id: string, takes: readonly Take[], heardFirst: number): Promise<void> {
    programme.value = {};
    current.value = { kind: 'takes', id, takes, heard: heardFirst };
    await sound(
      takes.map((take) => take.clip),
      heardFirst,
      0,
    );
  }

  async function sound(clips: readonly Clip[], heardFirst: number, from: number): Promise<void> {
    restsAt = from;
    void speaker.hasOutput().then((there) => {
      audible.value = there;
    });
    await ask(
      () => speaker.play(clips, { heard: heardFirst, from, ended }),
      (begun) => {
        sounding = begun;
        phase.value = 'playing';
      },
    );
  }

  /** By itself: the next passage of a programme that runs on, else silence. */
  function ended(): void {
    const { value } = current;
    if (programme.value.runsOn && value?.kind === 'passages' && value.place + 1 < value.passages.length)
      void go(value.place + 1);
    else {
      stop();
      restsAt = 0;
    }
  }

  /** Plays the passage at a place of the programme at hand. */
  async function go(place: number): Promise<void> {
    if (current.value?.kind !== 'passages' || current.value.passages[place] === undefined) return;
    current.value = { ...current.value, place };
    await playPassage();
  }

  /** Plays the one after (1) or before (-1) in the programme at hand. */
  async function step(by: 1 | -1): Promise<void> {
    if (current.value?.kind === 'passages') await go(current.value.place + by);
  }

  /** Stops what plays, plays what is stopped. */
  async function resume(): Promise<void> {
    if (phase.value !== 'stopped') {
      stop();
      return;
    }
    await seek(restsAt);
  }

  /** Plays what is at hand from this second on. */
  async function seek(from: number): Promise<void> {
    const { value } = current;
    if (value === null) return;
    if (value.kind === 'takes') {
      await sound(
        value.takes.map((take) => take.clip),
        value.heard,
        from,
      );
    } else if (clip.value !== null) {
      await sound([clip.value], 0, from);
    } else {
      await playPassage();
    }
  }

  /** Switches to another take, at the same position. */
  function hear(place: number): void {
    if (current.value?.kind !== 'takes' || current.value.takes[place] === undefined) return;
    current.value = { ...current.value, heard: place };
    sounding?.hear(place);
  }

  /** The sound that tells of an end, beside whatever plays. Where nothing can be heard, nothing is missed. */
  async function ring(): Promise<void> {
    await speaker.play([chime()], { heard: 0, from: 0, ended: () => undefined }).catch(() => undefined);
  }

  const position = (): number => sounding?.position() ?? restsAt;

  return {
    current,
    phase,
    clip,
    heard,
    group,
    passage,
    seconds,
    marked,
    failure,
    audible,
    inDialog,
    isCurrent,
    toggle,
    playTakes,
    go,
    step,
    resume,
    seek,
    hear,
    stop,
    close,
    position,
    ring,
    setVolume: speaker.setVolume,
  };
});
