import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as v from 'valibot';
import { LibraryChange } from '@shared/contract/library';
import type { Voice } from '@shared/contract/voices';
import { type LibraryState, Telling } from '../../../../src/main/library/telling';
import { indexFile, voice } from '../../../fixtures/mainServices';

const many = (count: number): Voice[] =>
  Array.from({ length: count }, (_, at) => voice(`/logs/${String(at).padStart(4, '0')}`));

function createTelling(first: Partial<LibraryState> = {}) {
  let state: LibraryState = { scanning: false, folders: [], voices: [], indexes: [], models: [], away: {}, ...first };
  const sent: LibraryChange[] = [];
  const telling = new Telling({ state: () => state, send: (change) => sent.push(change) });
  const become = (change: Partial<LibraryState>): void => {
    state = { ...state, ...change };
    telling.changed();
  };
  return { telling, sent, become };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells thousands in portions that follow the beginning, each voice once', () => {
  const voices = many(1_050);
  const { telling, sent } = createTelling({ voices });
  const first = telling.begin();
  vi.runAllTimers();
  const told = [...first.voices, ...sent.flatMap((change) => change.voices)];
  expect(told).toEqual(voices);
  expect(Math.max(first.voices.length, ...sent.map((change) => change.voices.length))).toBeLessThanOrEqual(100);
  expect(sent.every((change) => v.is(LibraryChange, change))).toBe(true);
  expect(sent.map(({ sequence }) => sequence)).toEqual(sent.map((_, at) => first.sequence + at + 1));
});

it('tells what changes at the same time together, and only that', () => {
  const voices = many(50);
  const { telling, sent, become } = createTelling({ voices });
  telling.begin();
  become({ scanning: true });
  const bella = voice('/logs/bella');
  become({ voices: [...voices.slice(1), bella] });
  become({ scanning: false });
  vi.runAllTimers();
  expect(sent).toMatchObject([{ scanning: false, voices: [bella], gone: [voices[0]!.id], indexes: null }]);
});

it('tells all indexes without a voice when one of them is another', () => {
  const index = indexFile('/downloads/a.index');
  const { telling, sent, become } = createTelling({ indexes: [index] });
  telling.begin();
  become({ indexes: [{ ...index, bytes: 7 }] });
  vi.runAllTimers();
  expect(sent[0]?.indexes).toEqual([{ ...index, bytes: 7 }]);
});

it('tells nothing to a page that has not asked, and everything to one that asks again', () => {
  const voices = many(3);
  const { telling, sent, become } = createTelling({ voices });
  become({ scanning: true });
  vi.runAllTimers();
  expect(sent).toEqual([]);
  expect(telling.begin().voices).toEqual(voices);
  expect(telling.begin().voices).toEqual(voices);
});

it('still tells those who listen what somebody else has asked for meanwhile', () => {
  const [gone, other, same] = many(3) as [Voice, Voice, Voice];
  const index = indexFile('/downloads/a.index');
  const { telling, sent, become } = createTelling({ voices: [gone, other, same], indexes: [index] });
  telling.begin();
  const changed = { ...other, frames: other.frames + 1 };
  become({ voices: [changed, same], indexes: [] });
  telling.begin();
  vi.runAllTimers();
  expect(sent).toMatchObject([{ voices: [changed], gone: [gone.id], indexes: [] }]);
});
