import { describe, expect, it } from 'vitest';
import type { Measurement } from '@shared/contract/measurement';
import { recommend } from '@shared/domain/measures/recommend';
import { figure, measurement, quality, relation } from '../../../renderer/components/charts/measurements';

/** An index of which `same` of the moments come out the same and `missing` of them miss a neighbor. */
function index(same: number, missing: number, bytes: number, changes: Partial<Measurement> = {}): Measurement {
  const stored = { ...quality(4, 0.9, missing), same: figure(same, 0.01), missing: figure(missing) };
  return measurement({ stored, bytes, ...changes });
}

describe('recommend', () => {
  it.each([
    ['the closest', [index(0.6, 0, 80), index(0.98, 0, 90), index(0.9, 0, 70)], { use: 1, than: 2, why: 'closer' }],
    ['what leaves no moment short', [index(0.99, 0.1, 80), index(0.7, 0, 80)], { use: 1, than: 0, why: 'complete' }],
    ['the smaller of two alike', [index(0.98, 0, 90), index(0.975, 0, 30)], { use: 1, than: 0, why: 'smaller' }],
    ['either of two alike in all', [index(0.98, 0, 90), index(0.975, 0, 88)], null],
    ['nothing where there is one', [index(0.98, 0, 90)], null],
    [
      'this voice before another',
      [index(0.99, 0, 30, { relation: relation({ kind: 'other' }) }), index(0.5, 0.1, 90)],
      { use: 1, than: 0, why: 'ofVoice' },
    ],
  ] as const)('takes %s', (_, measurements, advice) => {
    expect(recommend(measurements)).toEqual(advice);
  });

  it('goes by neighbors where sameness is not known of all', () => {
    const unknown = (recall: number): Measurement =>
      measurement({ stored: { ...quality(4, recall, 0), same: null, missing: figure(0) } });
    expect(recommend([unknown(0.6), unknown(0.9)])).toEqual({ use: 1, than: 0, why: 'closerNeighbors' });
  });
});
