import { describe, expect, it } from 'vitest';
import { isMendable, linkTargets, mendedName, mendingOf, suggestedNprobe } from '@shared/domain/verdict/mending';
import type { Look } from '@shared/domain/verdict/health';
import { facts, indexFile, voice } from '../../../../fixtures/contract';
import { quality } from '../../../renderer/components/charts/measurements';

const nothingMeasured: Look = () => null;
const suggesting =
  (nprobe: number): Look =>
  () => ({
    queries: { n: 552, seed: 1, origin: 'held-out' },
    stored: quality(4, 0.95, 0.01),
    suggestion: { nprobe, reason: 'target' },
    evidence: { idsSequential: true, nonFinite: 0, meanNorm: null },
    relation: null,
    source: null,
  });
const index = indexFile();
const mended = { voice: voice({ indexes: [index] }), index, names: [] };

describe('suggestedNprobe', () => {
  it('is what was measured, or four, or all groups where there are fewer', () => {
    expect(suggestedNprobe(index, { suggestion: { nprobe: 16, reason: 'target' } })).toBe(16);
    expect(suggestedNprobe(index, null)).toBe(4);
    expect(suggestedNprobe({ facts: facts({ nlist: 3 }) }, null)).toBe(3);
    expect(suggestedNprobe({ facts: facts({ nlist: null }) }, null)).toBe(1);
    expect(suggestedNprobe({ facts: null }, null)).toBe(1);
  });
});

describe('mendedName', () => {
  it('takes the name of the voice, in letters that every program reads, and that no other has', () => {
    const named = indexFile({ name: 'added_IVF230_Flat_nprobe_4_ária_v2.index' });
    const name = mendedName(named, { name: 'ária' }, []);
    expect(name).toMatch(/^added_IVF230_Flat_nprobe_4_aria_v2\.index$/);
    expect(mendedName(named, null, [])).toBe(name);
    expect(mendedName(named, { name: 'ária' }, ['aria'])).not.toBe(name);
  });
});

describe('linkTargets', () => {
  it('are the other indexes that can be searched, the best first', () => {
    const broken = indexFile({ id: 'index-broken-1', link: 'dangling' });
    const empty = indexFile({ id: 'index-empty-01', facts: facts({ vectors: 0 }) });
    const old = indexFile({ id: 'index-older-01', modified: 1 });
    const recent = indexFile({ id: 'index-recent-1', modified: 2 });
    const all = voice({ indexes: [broken, empty, old, recent] });
    expect(linkTargets(all, broken, nothingMeasured).map(({ id }) => id)).toEqual([recent.id, old.id]);
    expect(linkTargets(all, recent, nothingMeasured).map(({ id }) => id)).toEqual([old.id]);
    expect(linkTargets(null, broken, nothingMeasured)).toEqual([]);
    expect(mendingOf({ action: 'mendLink' }, { voice: all, index: broken, names: [] }, nothingMeasured)).toEqual({
      type: 'link',
      target: recent.id,
    });
    const alone = { voice: voice({ indexes: [broken] }), index: broken };
    expect(isMendable({ action: 'mendLink' }, alone, nothingMeasured)).toBe(false);
  });
});

describe('mendingOf', () => {
  it('sets the number of groups searched, unless it is that already', () => {
    expect(mendingOf({ action: 'setNprobe' }, mended, suggesting(16))).toEqual({ type: 'nprobe', nprobe: 16 });
    expect(mendingOf({ action: 'setNprobe' }, mended, suggesting(4))).toBeNull();
    expect(isMendable({ action: 'setNprobe' }, mended, suggesting(4))).toBe(false);
  });

  it('counts those voices as others that are called otherwise', () => {
    const mending = mendingOf({ action: 'rename' }, { ...mended, names: ['aria'] }, nothingMeasured);
    expect(mending).toEqual({ type: 'name', name: mendedName(index, { name: 'aria' }, []) });
    expect(isMendable({ action: 'rename' }, mended, nothingMeasured)).toBe(true);
  });

  it.each(['use', 'build', 'rebuild', 'finish', 'measure', 'chooseFeatures', null] as const)(
    'has no press for what takes building or choosing: %s',
    (action) => {
      expect(mendingOf({ action }, mended, nothingMeasured)).toBeNull();
      expect(isMendable({ action }, mended, nothingMeasured)).toBe(false);
    },
  );
});
