import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { HostMode, type QualityPoint, Verdict, type VerdictLevel } from '@shared/contract/measurement';
import type { StructureFlaw } from '@shared/contract/voices';
import { summarizeLists } from '@shared/domain/measures/listSizes';
import { judge, THRESHOLDS, type VerdictInput } from '@shared/domain/verdict/verdict';
import { facts as factsOf } from '../../../../fixtures/contract';
import { relation } from '../../../renderer/components/charts/measurements';

const facts = factsOf({
  lists: summarizeLists(Array.from({ length: 230 }, (_, list) => (list < 10 ? 4 : 40))),
});

const exactly = (value: number) => ({ value, low: value, high: value });

const quality: QualityPoint = {
  nprobe: 4,
  recall: exactly(0.82),
  closeness: exactly(0.97),
  same: exactly(0.8),
  missing: exactly(0),
  empty: exactly(0),
  droppedBlocks: exactly(0),
  blend: { median: 0, p95: 1, same: 0.8, slight: 0.15, different: 0.05 },
  normRatio: 0.91,
};

const healthy: VerdictInput = {
  facts,
  idsSequential: true,
  nonFinite: 0,
  meanNorm: 9.2,
  quality,
  suggestion: { nprobe: 16, reason: 'target' },
  origin: 'held-out',
  relation: relation(),
  nameWarnings: [],
};

const everyHost = (level: VerdictLevel) => Object.fromEntries(HostMode.options.map((mode) => [mode, level]));
const levelsOf = (input: VerdictInput) =>
  Object.fromEntries(Object.entries(judge(input).hosts).map(([mode, { level }]) => [mode, level]));

describe('judge', () => {
  it('names the length of a voice under half a minute, where it says that nothing is missing', () => {
    const contents = (input: VerdictInput) => judge(input).rows.find(({ check }) => check === 'empty');
    const short = { ...facts, vectors: 335 };
    expect(contents({ ...healthy, facts: short })).toMatchObject({ finding: 'short', values: { seconds: 6.7 } });
    expect(contents({ ...healthy, facts: { ...facts, vectors: 1_500 } })).toMatchObject({ finding: 'good' });
    // Centers stand for more than they are, and what is not measured is not called good anyway.
    const centers = relation({ vectors: 'compressed' });
    expect(contents({ ...healthy, facts: short, relation: centers })).toMatchObject({ finding: 'good' });
    expect(contents({ facts: short })).toMatchObject({ finding: 'good' });
  });

  it('goes by what is known of the voice in it before it goes by numbers', () => {
    const stale = { reason: 'smaller', frames: 300_000, vectors: 9_000 } as const;
    const row = (input: VerdictInput) => judge(input).rows.find(({ check }) => check === 'stale');
    expect(row({ facts, stale })).toMatchObject({ level: 'repair', finding: 'smaller', values: { frames: 300_000 } });
    expect(row({ facts, stale: null })).toMatchObject({ level: 'good', finding: 'good' });
    const compressed = relation({ vectors: 'compressed', voiceInIndex: { ...exactly(1), n: 300_000 } });
    expect(row({ ...healthy, stale, relation: compressed })).toMatchObject({
      level: 'good',
      finding: 'compressed',
      values: { vectors: 9_000, frames: 300_000 },
    });
  });

  it('does not advise a wider search where the voice is another one', () => {
    const other = relation({ kind: 'other', vectors: 'unknown', by: 'distance' });
    const poor = { ...quality, recall: exactly(0), missing: exactly(0.2) };
    const verdict = judge({ ...healthy, quality: poor, relation: other });
    expect(verdict).toMatchObject({ level: 'repair', action: 'chooseFeatures', reason: { check: 'features' } });
    expect(verdict.rows.map(({ action }) => action)).not.toContain('setNprobe');
  });

  it('does not count neighbors where the vectors are made of several', () => {
    const poor = { ...quality, recall: exactly(0.1) };
    const expanded = judge({ ...healthy, quality: poor, relation: relation({ vectors: 'expanded' }) });
    expect(expanded.rows.map(({ check }) => check)).not.toContain('recall');
    expect(expanded.level).toBe('good');
  });

  it('calls a healthy index good in every host, with every check in the order of the table', () => {
    const verdict = judge(healthy);
    expect(verdict).toMatchObject({ level: 'good', action: 'use', reason: { check: 'container' } });
    expect(verdict.rows.map((row) => row.check)).toEqual([
      'container',
      'dimension',
      'empty',
      'ids',
      'finite',
      'scale',
      'metric',
      'features',
      'stale',
      'missing',
      'recall',
      'groups',
      'name',
    ]);
    expect(levelsOf(healthy)).toEqual(everyHost('good'));
  });

  it('asks to measure when the facts are fine but nothing is measured', () => {
    const verdict = judge({ facts });
    expect(verdict).toMatchObject({ level: 'usable', action: 'measure', reason: { check: 'missing' } });
    expect(verdict.rows.map((row) => row.check)).toEqual([
      'container',
      'dimension',
      'empty',
      'metric',
      'missing',
      'groups',
    ]);
    expect(verdict.hosts.applioRealtime).toEqual({ level: 'good', check: 'container' });
  });

  it('need not measure a search that sees everything', () => {
    expect(judge({ facts: { ...facts, nprobe: 230 } }).level).toBe('good');
    expect(judge({ facts: { ...facts, type: 'IndexFlatL2', nlist: null, nprobe: null, lists: null } }).level).toBe(
      'good',
    );
    expect(judge({ facts: { ...facts, type: 'IndexHNSWFlat', nlist: null, nprobe: null, lists: null } }).level).toBe(
      'usable',
    );
  });

  it('says that an empty index is to be finished, and nothing of its neighbors', () => {
    const verdict = judge({ facts: { ...facts, vectors: 0, lists: summarizeLists(new Uint8Array(230)) } });
    expect(verdict).toMatchObject({ level: 'unusable', action: 'finish', reason: { check: 'empty' } });
    expect(verdict.rows.map((row) => row.check)).not.toContain('missing');
    expect(verdict.rows.map((row) => row.check)).not.toContain('groups');
  });

  it.each([
    [
      'a type that crashes hosts',
      { facts: { ...facts, type: 'IndexIDMap', flaws: ['idMap'] as StructureFlaw[] } },
      'unusable',
      'container',
      'unusable',
      'rebuild',
    ],
    [
      'a type never tried',
      { facts: { ...facts, type: 'IndexLSH', flaws: ['notTried'] as StructureFlaw[] } },
      'repair',
      'container',
      'untried',
      'rebuild',
    ],
    [
      'approximated vectors',
      { facts: { ...facts, type: 'IndexIVFPQ', flaws: ['rounded'] as StructureFlaw[] } },
      'usable',
      'container',
      'lossy',
      'rebuild',
    ],
    ['an unknown dimension', { facts: { ...facts, dimension: 512 } }, 'unusable', 'dimension', 'unknown', 'rebuild'],
    ['five vectors', { facts: { ...facts, vectors: 5 } }, 'unusable', 'empty', 'few', 'rebuild'],
    ['less than half a minute', { facts: { ...facts, vectors: 1_499 } }, 'usable', 'empty', 'short', 'use'],
    ['ids that are not row numbers', { idsSequential: false }, 'unusable', 'ids', 'wrong', 'rebuild'],
    [
      'a file that never arrived whole',
      { incomplete: true, idsSequential: false },
      'unusable',
      'ids',
      'incomplete',
      'rebuild',
    ],
    ['vectors that are not numbers', { nonFinite: 1 }, 'repair', 'finite', 'broken', 'rebuild'],
    ['vectors of zeros', { nonFinite: 0, zero: 3, quality }, 'usable', 'finite', 'zeros', 'rebuild'],
    ['an nprobe of 0', { facts: { ...facts, nprobe: 0 } }, 'unusable', 'missing', 'nothing', 'setNprobe'],
    ['normalized vectors', { meanNorm: 1 }, 'repair', 'scale', 'normalized', 'rebuild'],
    ['blends far too short', { quality: { ...quality, normRatio: 0.1 } }, 'repair', 'scale', 'normalized', 'rebuild'],
    ['vectors of another scale', { meanNorm: 30 }, 'usable', 'scale', 'unusual', 'rebuild'],
    ['inner products', { facts: { ...facts, metric: 'ip' } }, 'unusable', 'metric', 'other', 'rebuild'],
    [
      'missing neighbors',
      { quality: { ...quality, missing: exactly(0.001) } },
      'repair',
      'missing',
      'dropped',
      'setNprobe',
    ],
    ['low recall', { quality: { ...quality, recall: exactly(0.6) } }, 'usable', 'recall', 'low', 'setNprobe'],
    ['low recall of its own frames', { origin: 'voice' }, 'usable', 'recall', 'low', 'setNprobe'],
    ['poor recall', { quality: { ...quality, recall: exactly(0.3) } }, 'repair', 'recall', 'poor', 'setNprobe'],
    [
      'everything in one group',
      { facts: { ...facts, lists: summarizeLists([9_000, ...Array<number>(229).fill(0)]) } },
      'repair',
      'groups',
      'one',
      'rebuild',
    ],
    ['a part of the voice', { relation: relation({ kind: 'part' }) }, 'repair', 'stale', 'smaller', 'rebuild'],
    ['more than the voice', { relation: relation({ kind: 'more' }) }, 'usable', 'stale', 'larger', 'rebuild'],
    [
      'a voice of which compression has left little',
      {
        quality: { ...quality, blend: { median: 2, p95: 3, same: 0.2, slight: 0.2, different: 0.6 } },
        relation: relation({ vectors: 'compressed' }),
      },
      'usable',
      'original',
      'changed',
      'rebuild',
    ],
    ['another voice', { relation: relation({ kind: 'other' }) }, 'repair', 'features', 'other', 'chooseFeatures'],
    [
      'nothing at all of this voice',
      { relation: relation({ kind: 'other', indexOfVoice: { ...exactly(0), n: 160 } }) },
      'repair',
      'features',
      'none',
      'chooseFeatures',
    ],
    [
      'a name that RVC hides',
      { nameWarnings: [{ code: 'TRAINED_IN_PATH', details: {}, proposal: 'bob' }] },
      'repair',
      'name',
      'trained',
      'rename',
    ],
  ] as const)('finds %s', (_, change, level, check, finding, action) => {
    const verdict = judge({ ...healthy, ...change });
    expect(verdict).toMatchObject({ level, action, reason: { check, finding, level, action } });
  });

  it('lets the worst decide, and of equals the first', () => {
    const verdict = judge({
      ...healthy,
      nameWarnings: [{ code: 'TRAINED_IN_PATH', details: {}, proposal: 'bob' }],
      quality: { ...quality, missing: exactly(0.01), recall: exactly(0.5) },
    });
    expect(verdict.reason.check).toBe('missing');
    expect(verdict.reason.values).toMatchObject({ missing: 0.01, nprobe: 4, suggested: 16 });
  });

  it('tells hosts apart when neighbors are missing', () => {
    expect(levelsOf({ ...healthy, quality: { ...quality, missing: exactly(0.01) } })).toEqual({
      rvc: 'usable',
      rvcRealtime: 'repair',
      applio: 'usable',
      applioRealtime: 'good',
      mangio: 'usable',
      wokada: 'good',
      deiteris: 'usable',
    });
    expect(
      levelsOf({ ...healthy, quality: { ...quality, missing: exactly(0.01), empty: exactly(0.001) } }),
    ).toMatchObject({
      rvc: 'repair',
      applio: 'repair',
      applioRealtime: 'good',
      mangio: 'repair',
      wokada: 'repair',
      deiteris: 'repair',
    });
  });

  it('tells hosts apart when the path is not ASCII', () => {
    const input = {
      ...healthy,
      nameWarnings: [{ code: 'NON_ASCII_PATH' as const, details: {}, proposal: 'voice12' }],
    };
    expect(judge(input)).toMatchObject({ level: 'usable', action: 'rename' });
    expect(levelsOf(input)).toEqual({
      ...everyHost('usable'),
      rvcRealtime: 'unusable',
      wokada: 'good',
      deiteris: 'good',
    });
  });

  it('does not mind the metric where the host compares by itself', () => {
    expect(levelsOf({ ...healthy, facts: { ...facts, metric: 'ip' } })).toMatchObject({
      rvc: 'unusable',
      applioRealtime: 'good',
      wokada: 'usable',
      deiteris: 'unusable',
    });
  });

  it('asks to measure few groups searched among small ones, until it is measured', () => {
    const narrow = { ...facts, nprobe: 1 };
    const groups = (input: VerdictInput) => judge(input).rows.find((row) => row.check === 'groups');
    expect(groups({ facts: narrow })).toMatchObject({ level: 'usable', action: 'measure' });
    expect(groups({ facts: narrow, quality })).toMatchObject({ level: 'good' });
  });

  it('proposes to rebuild when nothing is left to search', () => {
    const poor = { ...quality, recall: exactly(0.2) };
    expect(judge({ ...healthy, facts: { ...facts, nprobe: 230 }, quality: poor }).action).toBe('rebuild');
    expect(judge({ ...healthy, suggestion: { nprobe: 4, reason: 'stored' }, quality: poor }).action).toBe('rebuild');
    expect(judge({ ...healthy, suggestion: null, quality: poor }).action).toBe('setNprobe');
    expect(
      judge({ ...healthy, facts: { ...facts, nlist: null, nprobe: null, lists: null }, quality: poor }).action,
    ).toBe('rebuild');
  });

  it('always gives a verdict of the contract, its level the worst row, no host worse than the worst possible', () => {
    const level = ['good', 'usable', 'repair', 'unusable'];
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const input = fc.record(
      {
        facts: fc.record({
          type: fc.constant('IndexIVFFlat'),
          flaws: fc.constantFrom<StructureFlaw[]>(['idMap'], ['rounded'], ['notTried'], ['rounded', 'newer']),
          vectors: fc.constantFrom(0, 5, 9_000),
          dimension: fc.constantFrom(256, 512, 768),
          metric: fc.constantFrom('l2', 'ip', 'other'),
          nlist: fc.constantFrom(null, 230),
          nprobe: fc.constantFrom(null, 1, 4, 230),
          trained: fc.boolean(),
          lists: fc.constantFrom(null, facts.lists),
        }),
        idsSequential: fc.option(fc.boolean()),
        nonFinite: fc.option(fc.nat({ max: 2 })),
        meanNorm: fc.option(fc.double({ min: 0, max: 20, noNaN: true })),
        quality: fc.option(
          fc.record({ recall: share, missing: share, ratio: share }).map(({ recall, missing, ratio }) => ({
            ...quality,
            recall: exactly(recall),
            missing: exactly(missing),
            normRatio: ratio,
          })),
        ),
        stale: fc.constantFrom(null, { reason: 'smaller' as const, frames: 1, vectors: 1 }),
        relation: fc.option(
          fc
            .tuple(
              fc.constantFrom('whole', 'part', 'more', 'other', 'unknown'),
              fc.constantFrom('frames', 'rounded', 'compressed', 'expanded', 'unknown'),
            )
            .map(([kind, vectors]) => relation({ kind, vectors })),
        ),
      },
      { requiredKeys: ['facts'] },
    );
    fc.assert(
      fc.property(input, (drawn) => {
        const verdict = judge(drawn);
        expect(v.is(Verdict, verdict)).toBe(true);
        const worst = Math.max(...verdict.rows.map((row) => level.indexOf(row.level)));
        expect(verdict.level).toBe(level[worst]);
        for (const row of verdict.rows) {
          expect(row.level === 'good', row.finding).toBe(['good', 'whole', 'compressed'].includes(row.finding));
        }
        for (const mode of HostMode.options) {
          expect(level.indexOf(verdict.hosts[mode]?.level ?? '')).toBeLessThanOrEqual(worst);
        }
      }),
    );
  });

  it('keeps its thresholds in order', () => {
    expect(THRESHOLDS.recall.poorBelow).toBeLessThan(THRESHOLDS.recall.goodFrom);
    expect(THRESHOLDS.norm.normalizedBelow).toBeLessThan(THRESHOLDS.norm.usualFrom);
  });
});
