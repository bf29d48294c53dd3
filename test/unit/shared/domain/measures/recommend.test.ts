import { describe, expect, it } from 'vitest';
import type { Measurement } from '@shared/contract/measurement';
import { recommend } from '@shared/domain/measures/recommend';
import { figure, measurement, quality, relation } from '../../../renderer/components/charts/measurements';

/** An index of which `same` of the moments come out the same and `missing` of them miss a neighbor. */
function index(same: number, missing: number, bytes: number, changes: Partial<Measurement> = {}): Measurement {
  const stored = { ...quality(4, 0.9, missing), same: figure(same, 0.01), missing: figure(missing) };
  return measurement({ stored, bytes, ...changes });
}

const ANOTHER = { relation: relation({ kind: 'other' }) };

describe('recommend', () => {
  it.each([
    ['the closest', [index(0.6, 0, 80), index(0.98, 0, 90), index(0.9, 0, 70)], { use: 1, than: 2, why: 'closer' }],
    ['what leaves no moment short', [index(0.99, 0.1, 80), index(0.7, 0, 80)], { use: 1, than: 0, why: 'complete' }],
    ['the smaller of two alike', [index(0.98, 0, 90), index(0.975, 0, 30)], { use: 1, than: 0, why: 'smaller' }],
    ['either of two alike in all', [index(0.98, 0, 90), index(0.975, 0, 88)], null],
    ['nothing where there is one', [index(0.98, 0, 90)], null],
    ['nothing where there is one, with gaps', [index(0.98, 0.1, 90)], null],
    [
      'the closest where all leave moments short',
      [index(0.6, 0.1, 80), index(0.9, 0.2, 90)],
      { use: 1, than: 0, why: 'closer' },
    ],
    [
      'the closest of those that leave none short',
      [index(0.99, 0.1, 80), index(0.6, 0, 80), index(0.9, 0, 90)],
      { use: 2, than: 1, why: 'closer' },
    ],
    [
      'what leaves no moment short, held against what leaves the fewest',
      [index(0.7, 0.3, 80), index(0.7, 0, 80), index(0.7, 0.1, 80)],
      { use: 1, than: 2, why: 'complete' },
    ],
    [
      'the closer, where intervals do not meet',
      [index(0.5, 0, 90), index(0.53, 0, 90)],
      { use: 1, than: 0, why: 'closer' },
    ],
    [
      'the smaller by more than a twentieth',
      [index(0.9, 0, 100), index(0.9, 0, 94)],
      { use: 1, than: 0, why: 'smaller' },
    ],
    ['neither for a twentieth', [index(0.9, 0, 100), index(0.9, 0, 95)], null],
    [
      'this voice before another',
      [index(0.99, 0, 30, ANOTHER), index(0.5, 0.1, 90)],
      { use: 1, than: 0, why: 'ofVoice' },
    ],
    [
      'this voice, held against the closest of another',
      [index(0.6, 0, 30, ANOTHER), index(0.5, 0.1, 90), index(0.9, 0, 30, ANOTHER)],
      { use: 1, than: 2, why: 'ofVoice' },
    ],
    [
      'the closest of this voice, however close another is',
      [index(0.6, 0, 90), index(0.99, 0, 90, ANOTHER), index(0.9, 0, 90)],
      { use: 2, than: 0, why: 'closer' },
    ],
    [
      'the closest where all are of another',
      [index(0.6, 0, 90, ANOTHER), index(0.9, 0, 90, ANOTHER)],
      { use: 1, than: 0, why: 'closer' },
    ],
  ] as const)('takes %s', (_, measurements, advice) => {
    expect(recommend(measurements)).toEqual(advice);
  });

  it('calls level what meets', () => {
    const meeting = (same: number, margin: number, bytes: number) =>
      measurement({ stored: { ...quality(4, 0.9, 0), same: figure(same, margin), missing: figure(0) }, bytes });
    expect(recommend([meeting(0.75, 0.125, 90), meeting(0.5, 0.125, 30)])).toEqual({ use: 1, than: 0, why: 'smaller' });
  });

  it('goes by neighbors where sameness is not known of all', () => {
    const unknown = (recall: number): Measurement =>
      measurement({ stored: { ...quality(4, recall, 0), same: null, missing: figure(0) } });
    expect(recommend([unknown(0.6), unknown(0.9)])).toEqual({ use: 1, than: 0, why: 'closerNeighbors' });
    const known = measurement({ stored: { ...quality(4, 0.6, 0), same: figure(0.99), missing: figure(0) } });
    expect(recommend([known, unknown(0.9)])).toEqual({ use: 1, than: 0, why: 'closerNeighbors' });
  });
});
