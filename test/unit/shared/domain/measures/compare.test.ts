import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measurement } from '@shared/contract/measurement';
import { compareMeasurements, type CompareMetric, winsOf } from '@shared/domain/measures/compare';
import { curvePoint, figure, measurement, quality } from '../../../renderer/components/charts/measurements';

function withRecall(value: number, margin: number): Measurement {
  const base = measurement();
  return { ...base, stored: { ...base.stored, recall: figure(value, margin) } };
}

function rowOf(metric: CompareMetric, measurements: readonly Measurement[]) {
  const row = compareMeasurements(measurements).find((candidate) => candidate.metric === metric);
  if (row === undefined) throw new Error(`No row for ${metric}`);
  return row;
}

describe('compareMeasurements', () => {
  it('names a winner whose interval meets no other', () => {
    const row = rowOf('recall', [withRecall(0.6, 0.01), withRecall(0.9, 0.01), withRecall(0.8, 0.01)]);
    expect(row).toMatchObject({ better: 'higher', winner: 1, level: [1] });
  });

  it('names nobody when the intervals meet', () => {
    const row = rowOf('recall', [withRecall(0.6, 0.01), withRecall(0.9, 0.03), withRecall(0.86, 0.02)]);
    expect(row.winner).toBeNull();
    expect(row.level).toEqual([1, 2]);
  });

  it('prefers the lower number where less is better', () => {
    const row = rowOf('bytes', [measurement({ bytes: 20 }), measurement({ bytes: 10 })]);
    expect(row).toMatchObject({ better: 'lower', winner: 1 });
  });

  it('takes timings that differ by noise for level', () => {
    expect(rowOf('cost', [measurement(), measurement()]).level).toEqual([0, 1]);
    expect(rowOf('cost', [measurement({ curve: [curvePoint(1, 0.5, 0.1)] })]).figures).toEqual([
      { value: 1, low: 0.9, high: 1.1 },
    ]);
  });

  it('goes by the cost of the search that is stored, and by none where it was not timed', () => {
    const at = (nprobe: number) => measurement({ stored: quality(nprobe, 0.9, 0) });
    expect(rowOf('cost', [at(4), at(3), at(8)]).figures.map((found) => found?.value)).toEqual([4, undefined, 8]);
  });

  it('leaves out what nobody knows and does not judge what only one knows', () => {
    const base = measurement();
    const unknown = measurement({ stored: { ...base.stored, droppedBlocks: null }, lists: null });
    expect(compareMeasurements([unknown, unknown]).map(({ metric }) => metric)).not.toContain('droppedBlocks');
    expect(rowOf('small', [unknown, base])).toMatchObject({ figures: [null, figure(2 / 6)], winner: null, level: [] });
  });

  it('goes from what would be heard to what it costs', () => {
    expect(compareMeasurements([measurement()]).map(({ metric, better }) => `${metric} ${better}`)).toEqual([
      'same higher',
      'recall higher',
      'closeness higher',
      'missing lower',
      'droppedBlocks lower',
      'small lower',
      'cost lower',
      'bytes lower',
    ]);
  });

  it('begins with what would be heard', () => {
    const [better, worse] = [0.9, 0.5].map((same) => {
      const base = measurement();
      return { ...base, stored: { ...base.stored, same: figure(same, 0.02) } };
    });
    if (better === undefined || worse === undefined) throw new Error('There are two.');
    expect(compareMeasurements([better, worse])[0]).toMatchObject({
      metric: 'same',
      better: 'higher',
      figures: [figure(0.9, 0.02), figure(0.5, 0.02)],
      winner: 0,
    });
  });

  it('finds the same index better in any order', () => {
    const share = fc.record({
      value: fc.double({ min: 0, max: 1, noNaN: true }),
      margin: fc.double({ min: 0, max: 0.1, noNaN: true }),
    });
    fc.assert(
      fc.property(share, share, (one, other) => {
        const a = withRecall(one.value, one.margin);
        const b = withRecall(other.value, other.margin);
        const forward = rowOf('recall', [a, b]).winner;
        const backward = rowOf('recall', [b, a]).winner;
        expect(backward).toBe(forward === null ? null : 1 - forward);
      }),
    );
  });
});

describe('winsOf', () => {
  it('counts sole winners only', () => {
    const rows = compareMeasurements([measurement({ bytes: 20 }), measurement({ bytes: 10 })]);
    expect(winsOf(rows, 2)).toEqual([0, 1]);
  });
});
