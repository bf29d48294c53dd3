import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Suspect } from '@shared/contract/sound';
import { type FoundInFile, MOST_SUSPECTS, orderSuspects, suspectsIn } from '@shared/domain/voice/suspects';

const nothing: FoundInFile = {
  file: 'a.npy',
  outliers: new Float32Array(20),
  stray: new Float32Array(20),
  silent: new Uint8Array(20),
  duplicate: new Uint8Array(20),
  clipped: new Uint8Array(20),
  clippedShare: 0,
};
const at = (values: Readonly<Record<number, number>>): number[] =>
  Array.from({ length: 20 }, (_, frame) => values[frame] ?? 0);

const suspect = (reason: Suspect['reason'], frames: number, strength: number | null = null): Suspect => ({
  moment: { file: 'a.npy', frame: 0 },
  frames,
  reason,
  strength,
});

describe('suspectsIn', () => {
  it('finds none where nothing was found', () => {
    expect(suspectsIn(nothing)).toEqual([]);
  });

  it('takes outliers near each other for one, as strong as the strongest', () => {
    const outliers = Float32Array.from(at({ 2: 3, 3: 5, 7: 4, 13: 2 }));
    expect(suspectsIn({ ...nothing, outliers })).toEqual([
      { moment: { file: 'a.npy', frame: 2 }, frames: 6, reason: 'outlier', strength: 5 },
      { moment: { file: 'a.npy', frame: 13 }, frames: 1, reason: 'outlier', strength: 2 },
    ]);
  });

  it('tells of a stray group how far it lies', () => {
    const stray = Float32Array.from(at({ 4: 2, 5: 2, 6: 2, 15: 4 }));
    expect(suspectsIn({ ...nothing, stray })).toEqual([
      { moment: { file: 'a.npy', frame: 4 }, frames: 3, reason: 'stray', strength: 2 },
      { moment: { file: 'a.npy', frame: 15 }, frames: 1, reason: 'stray', strength: 4 },
    ]);
  });

  it('lets short silence be', () => {
    const silent = Uint8Array.from(at({ 0: 1, 1: 1, 10: 1, 11: 1, 12: 1 }));
    expect(suspectsIn({ ...nothing, silent })).toEqual([
      { moment: { file: 'a.npy', frame: 10 }, frames: 3, reason: 'silence', strength: null },
    ]);
  });

  it('names what comes again', () => {
    const duplicate = Uint8Array.from(at({ 4: 1, 6: 1, 7: 1, 8: 1, 9: 1 }));
    expect(suspectsIn({ ...nothing, duplicate })).toEqual([
      { moment: { file: 'a.npy', frame: 6 }, frames: 4, reason: 'duplicate', strength: null },
    ]);
  });

  it('says how much of a recording is clipped', () => {
    const clipped = Uint8Array.from(at({ 19: 1 }));
    expect(suspectsIn({ ...nothing, clipped, clippedShare: 0.01 })).toEqual([
      { moment: { file: 'a.npy', frame: 19 }, frames: 1, reason: 'clipping', strength: 0.01 },
    ]);
  });
});

describe('orderSuspects', () => {
  it('takes the likeliest of each reason in turn', () => {
    const [weak, strong] = [suspect('outlier', 9, 2), suspect('outlier', 1, 7)];
    const [short, long] = [suspect('silence', 3), suspect('silence', 30)];
    const [brief, lasting] = [suspect('stray', 2, 3), suspect('stray', 8, 3)];
    const clipped = suspect('clipping', 1, 0.001);
    const without = suspect('noFeatures', 184);
    expect(orderSuspects([short, brief, weak, without, long, strong, clipped, lasting])).toEqual([
      strong,
      lasting,
      long,
      clipped,
      without,
      weak,
      brief,
      short,
    ]);
  });

  it('hides no reason behind another, loses none, and keeps the order where nothing differs', () => {
    const any = fc.record({
      reason: fc.constantFrom<Suspect['reason']>('outlier', 'stray', 'silence', 'duplicate', 'clipping', 'noFeatures'),
      frames: fc.integer({ min: 1, max: 3 }),
      frame: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 300 }), (found) => {
        const all = found.map(({ reason, frames, frame }) => ({
          ...suspect(reason, frames),
          moment: { file: 'a.npy', frame },
        }));
        const ordered = orderSuspects(all);
        expect(ordered.length).toBe(Math.min(all.length, MOST_SUSPECTS));
        const reasons = new Set(all.map(({ reason }) => reason));
        expect(new Set(ordered.slice(0, reasons.size).map(({ reason }) => reason))).toEqual(reasons);
        expect(orderSuspects(ordered)).toEqual(ordered);
        expect(ordered.every((one) => all.includes(one))).toBe(true);
      }),
    );
  });
});
