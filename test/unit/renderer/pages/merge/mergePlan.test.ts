import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_SOURCES } from '@shared/contract/record';
import { distinctHues, obstacleTo, portionsOf, proposedName, weightsOf } from '@/pages/merge/mergePlan';
import { voice } from '../../../../fixtures/contract';

const named = (id: string, change: Parameters<typeof voice>[0] = {}) =>
  voice({ id: `voice-${id}`, name: id, ...change });
const aria = named('aria', { embedder: 'contentvec' });

describe('what keeps a voice from being merged', () => {
  it('is nothing at first', () => {
    expect(obstacleTo(aria, [])).toBeNull();
    expect(obstacleTo(aria, [aria])).toBeNull();
  });

  it('is having no features', () => {
    expect(obstacleTo(named('empty', { frames: 0 }), [])).toEqual({ reason: 'noFeatures' });
    const problem = { code: 'NO_FEATURES', message: 'None.', details: {} } as const;
    expect(obstacleTo(named('broken', { problem }), [])).toEqual({ reason: 'noFeatures' });
  });

  it('is another dimension', () => {
    const old = named('old', { dimension: 256, version: 'v1' });
    expect(obstacleTo(old, [aria])).toEqual({ reason: 'dimension', own: 256, other: 768 });
  });

  it('is another embedder, as far as both are known', () => {
    const korean = named('korean', { embedder: 'korean-hubert' });
    const unknown = named('unknown');
    expect(obstacleTo(korean, [aria])).toEqual({ reason: 'embedder', own: 'korean-hubert', other: 'contentvec' });
    expect(obstacleTo(unknown, [aria])).toBeNull();
    // Whoever is known counts, wherever it stands.
    expect(obstacleTo(korean, [unknown, aria])).toMatchObject({ reason: 'embedder' });
    expect(obstacleTo(named('second', { embedder: 'contentvec' }), [unknown, aria])).toBeNull();
  });

  it('is a full list, but not for those on it', () => {
    const many = Array.from({ length: MOST_SOURCES }, (_, place) => named(`v${place}`));
    expect(obstacleTo(aria, many)).toEqual({ reason: 'full' });
    expect(many.map((one) => obstacleTo(one, many))).toEqual(many.map(() => null));
  });
});

describe('what of each voice goes in', () => {
  it('is as much of each, every frame, or what is chosen', () => {
    const frames = [9_000, 3_000];
    const shown = (balance: Parameters<typeof weightsOf>[0], parts = [100, 100]) =>
      portionsOf(frames, weightsOf(balance, parts));
    expect(shown('equal')).toEqual([
      { frames: 3_000, share: 0.5 },
      { frames: 3_000, share: 0.5 },
    ]);
    expect(shown('minutes')).toEqual([
      { frames: 9_000, share: 0.75 },
      { frames: 3_000, share: 0.25 },
    ]);
    expect(shown('hand', [100, 50])).toEqual([
      { frames: 6_000, share: 2 / 3 },
      { frames: 3_000, share: 1 / 3 },
    ]);
  });

  it('adds up to the whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 8, max: 200_000 }), fc.integer({ min: 5, max: 100 })), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.constantFrom('equal', 'minutes', 'hand'),
        (voices, balance) => {
          const portions = portionsOf(
            voices.map(([frames]) => frames),
            weightsOf(
              balance,
              voices.map(([, part]) => part),
            ),
          );
          expect(portions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
          portions.forEach((portion, place) => expect(portion.frames).toBeLessThanOrEqual(voices[place]?.[0] ?? 0));
        },
      ),
    );
  });

  it('is nothing of no voices', () => {
    expect(portionsOf([], [])).toEqual([]);
  });
});

describe('the name', () => {
  it('tells the voices and stays usable', () => {
    expect(proposedName(['aria', 'bob'])).toBe('aria-bob');
    // 28 letters of three bytes: what is built is refused with more.
    expect(proposedName(['가'.repeat(20), '나'.repeat(20)])).toBe(`${'가'.repeat(20)}-${'나'.repeat(8)}`);
    expect(proposedName(Array.from({ length: 8 }, () => 'a-long-name'))).toHaveLength(85);
  });
});

it('gives every voice a hue of its own, the avatar’s where it can', () => {
  const hues = [10, 20, 30];
  expect(distinctHues([1, 2, 0], hues)).toEqual([20, 30, 10]);
  expect(distinctHues([1, 1, 1], hues)).toEqual([20, 30, 10]);
});
