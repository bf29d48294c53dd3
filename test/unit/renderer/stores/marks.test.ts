// @vitest-environment happy-dom
import fc from 'fast-check';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Mark } from '@shared/contract/sound';
import { useMarks, without } from '@/stores/marks';
import { fakeApi } from '../../../fixtures/fakeApi';

const VOICE = 'voice-00000001';
const passage = (from: number, to: number) => ({ voice: VOICE, file: '0_1.npy', from, to });
const mark = (from: number, to: number, file = '0_1.npy'): Mark => ({ file, from, to });

/** What main has stored. */
let stored: readonly Mark[];

function stub(): void {
  stored = [];
  vi.stubGlobal(
    'api',
    fakeApi({
      'marks.get': () => [...stored],
      'marks.set': ({ marks }) => {
        stored = marks;
        return marks;
      },
    }),
  );
}

beforeEach(() => {
  setActivePinia(createPinia());
  stub();
});

describe('marks', () => {
  it('leave a passage out and take it in again', async () => {
    const marks = useMarks();
    await marks.load(VOICE);
    await marks.toggle(passage(5, 9));
    expect(stored).toEqual([mark(5, 9)]);
    expect(marks.isLeftOut(passage(6, 8))).toBe(true);
    expect(marks.isLeftOut(passage(6, 10))).toBe(false);
    await marks.toggle(passage(5, 9));
    expect(stored).toEqual([]);
  });

  it('take in a part of what is left out', async () => {
    const marks = useMarks();
    await marks.toggle(passage(5, 9));
    await marks.toggle(passage(6, 7));
    expect(stored).toEqual([mark(5, 6), mark(7, 9)]);
    await marks.clear(VOICE);
    expect(stored).toEqual([]);
  });

  it('lose none of two changes at once', async () => {
    const marks = useMarks();
    await Promise.all([marks.toggle(passage(5, 9)), marks.toggle(passage(20, 30))]);
    expect(stored).toEqual([mark(5, 9), mark(20, 30)]);
  });

  it('are as before where they cannot be stored', async () => {
    const marks = useMarks();
    await marks.toggle(passage(5, 9));
    vi.stubGlobal('api', fakeApi({}));
    await expect(marks.toggle(passage(20, 30))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(marks.of(VOICE)).toEqual([mark(5, 9)]);
    stub();
    await marks.toggle(passage(20, 30));
    expect(stored).toEqual([mark(5, 9), mark(20, 30)]);
  });
});

describe('without', () => {
  const interval = fc
    .tuple(fc.nat(30), fc.integer({ min: 1, max: 10 }), fc.constantFrom('a.npy', 'b.npy'))
    .map(([from, length, file]) => mark(from, from + length, file));
  const frames = (marks: readonly Mark[]): Set<string> =>
    new Set(
      marks.flatMap(({ file, from, to }) => Array.from({ length: to - from }, (_, at) => `${file} ${from + at}`)),
    );

  it('keeps every other frame, and none of these', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 6 }), interval, (marks, taken) => {
        const rest = without(marks, taken);
        expect(rest.every(({ from, to }) => from < to)).toBe(true);
        const gone = frames([taken]);
        expect(frames(rest)).toEqual(new Set([...frames(marks)].filter((frame) => !gone.has(frame))));
      }),
    );
  });
});
