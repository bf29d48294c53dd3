import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type Evidence, type HeardMoments, Measurement, type SearchStory } from '@shared/contract/measurement';
import { atNprobe, judgeMeasured } from '@shared/domain/measures/atNprobe';
import { measurement, relation } from '../../../renderer/components/charts/measurements';

const evidence: Evidence = {
  idsSequential: true,
  nonFinite: 0,
  meanNorm: 9,
};
const story: SearchStory = { x: 0, y: 0, probes: [], nprobe: 1, found: [], truth: [] };

/** 9,000 vectors at nprobe 1, a tenth of the frames without all neighbors. */
const measured = (() => {
  const plain = measurement({ evidence, story, suggestion: { nprobe: 8, reason: 'target' } });
  const facts = { ...plain.facts, vectors: 9_000 };
  return { ...plain, facts, verdict: judgeMeasured({ ...plain, facts, evidence }) };
})();
const factsAt = (nprobe: number) => ({ ...measured.facts, nprobe });

describe('atNprobe', () => {
  it('takes the point of the curve, and judges it', () => {
    expect(measured.verdict).toMatchObject({ level: 'repair', action: 'setNprobe' });
    const after = atNprobe(measured, 8, factsAt(8), 'cd');
    expect(v.parse(Measurement, after)).toEqual(after);
    expect(after).toMatchObject({
      hash: 'cd',
      facts: { nprobe: 8 },
      stored: { nprobe: 8, recall: { value: 0.97 } },
      suggestion: { nprobe: 8, reason: 'stored' },
      verdict: { level: 'good', action: 'use' },
    });
    expect(after?.stored).not.toHaveProperty('msPerSecond');
    expect(after?.curve).toEqual(measured.curve);
  });

  it('drops what was only looked at for the stored nprobe', () => {
    expect(atNprobe(measured, 8, factsAt(8), 'cd')).toMatchObject({ story: null });
    expect(atNprobe(measured, 1, factsAt(1), 'ab')).toMatchObject({ story });
    const heard = { asked: null, found: [], truth: [], difference: 2 };
    const moments: HeardMoments = { asked: [], worst: [heard], story: null, traced: 1 };
    const listened = { ...measured, moments };
    expect(atNprobe(listened, 8, factsAt(8), 'cd')?.moments).toEqual({ ...moments, worst: [] });
    expect(atNprobe(listened, 1, factsAt(1), 'ab')?.moments).toEqual(moments);
    expect(atNprobe(measured, 8, factsAt(8), 'cd')?.moments).toBeNull();
  });

  it('comes back to the same by the way it went', () => {
    const there = atNprobe({ ...measured, story: null }, 4, factsAt(4), 'cd');
    expect(there && atNprobe(there, 1, factsAt(1), 'ab')).toEqual({ ...measured, story: null });
  });

  it('knows what was wrong beside the search', () => {
    const after = atNprobe({ ...measured, relation: relation({ kind: 'part' }) }, 8, factsAt(8), 'cd');
    expect(after?.verdict).toMatchObject({ level: 'repair', reason: { check: 'stale' } });
  });

  it.each([
    ['the curve has no such point', measured, 16, factsAt(16)],
    ['the file is another index', measured, 8, { ...factsAt(8), vectors: 9_001 }],
    ['the file has another nprobe', measured, 8, factsAt(4)],
  ])('is not known when %s', (_why, before, nprobe, facts) => {
    expect(atNprobe(before, nprobe, facts, 'cd')).toBeNull();
  });
});
