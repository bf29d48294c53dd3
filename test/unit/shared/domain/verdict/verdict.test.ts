import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { ExportWarning } from '@shared/contract/exportWarning';
import {
  HostMode,
  type QualityPoint,
  Verdict,
  type VerdictCheck,
  type VerdictLevel,
} from '@shared/contract/measurement';
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

const rowOf = (input: VerdictInput, check: VerdictCheck) => judge(input).rows.find((row) => row.check === check);

const missingOf = (known: VerdictInput['facts']): Pick<VerdictInput, 'facts' | 'quality'> => ({
  facts: known,
  quality: { ...quality, missing: exactly(0.01) },
});

/** A compressed voice of which so much sounds different. */
const changedBy = (different: number): Pick<VerdictInput, 'quality' | 'relation'> => ({
  quality: { ...quality, blend: { median: 1, p95: 2, same: 0.2, slight: 0.8 - different, different } },
  relation: relation({ vectors: 'compressed' }),
});

/** Searched in one of four groups, of which the smallest has so many vectors. */
const narrowWith = (smallest: number): VerdictInput['facts'] => ({
  ...facts,
  nlist: 4,
  nprobe: 1,
  lists: summarizeLists([smallest, 2_000, 3_000, 3_000]),
});

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

  it.each<readonly [what: string, change: Partial<VerdictInput>, check: VerdictCheck, finding: string]>([
    ['a length of 2.99', { meanNorm: 2.99 }, 'scale', 'normalized'],
    ['a length of 3', { meanNorm: 3 }, 'scale', 'unusual'],
    ['a length of 4.99', { meanNorm: 4.99 }, 'scale', 'unusual'],
    ['a length of 5', { meanNorm: 5 }, 'scale', 'good'],
    ['a length of 16', { meanNorm: 16 }, 'scale', 'good'],
    ['a length of 16.01', { meanNorm: 16.01 }, 'scale', 'unusual'],
    ['blends of 0.49', { meanNorm: null, quality: { ...quality, normRatio: 0.49 } }, 'scale', 'normalized'],
    ['blends of half the length', { quality: { ...quality, normRatio: 0.5 } }, 'scale', 'good'],
    ['0.7 of the neighbors', { quality: { ...quality, recall: exactly(0.7) } }, 'recall', 'good'],
    ['0.69 of them', { quality: { ...quality, recall: exactly(0.69) } }, 'recall', 'low'],
    ['half of them', { quality: { ...quality, recall: exactly(0.5) } }, 'recall', 'low'],
    ['0.49 of them', { quality: { ...quality, recall: exactly(0.49) } }, 'recall', 'poor'],
    ['0.85 of its own', { origin: 'stored', quality: { ...quality, recall: exactly(0.85) } }, 'recall', 'good'],
    ['0.84 of its own', { origin: 'stored', quality: { ...quality, recall: exactly(0.84) } }, 'recall', 'low'],
    ['0.7 of its own', { origin: 'stored', quality: { ...quality, recall: exactly(0.7) } }, 'recall', 'low'],
    ['0.69 of its own', { origin: 'stored', quality: { ...quality, recall: exactly(0.69) } }, 'recall', 'poor'],
    ['half of the voice changed', changedBy(0.5), 'original', 'changed'],
    ['less than half of it changed', changedBy(0.49), 'original', 'good'],
    ['one vector of zeros', { zero: 1 }, 'finite', 'zeros'],
    ['seven vectors', { facts: { ...facts, vectors: 7 } }, 'empty', 'few'],
    ['eight vectors', { facts: { ...facts, vectors: 8 } }, 'empty', 'short'],
    ['eight vectors, some not found', missingOf({ ...facts, vectors: 8 }), 'missing', 'dropped'],
    ['all in one of two groups', { facts: { ...facts, lists: summarizeLists([9_000, 0]) } }, 'groups', 'one'],
    ['all in the only group', { facts: { ...facts, lists: summarizeLists([9_000]) } }, 'groups', 'good'],
    ['one small group', { facts: narrowWith(7), quality: null }, 'groups', 'small'],
    ['no small group', { facts: narrowWith(8), quality: null }, 'groups', 'good'],
  ])('draws its lines: %s', (_, change, check, finding) => {
    expect(rowOf({ ...healthy, ...change }, check)?.finding).toBe(finding);
  });

  it('says nothing of what nobody looked at, whether it is null or left out', () => {
    const nothing = { idsSequential: null, nonFinite: null, meanNorm: null, quality: null, origin: null };
    const unasked = { suggestion: null, relation: null, nameWarnings: null, incomplete: null, zero: null };
    for (const known of [facts, { ...facts, vectors: 335 }, { ...facts, nprobe: 1 }]) {
      expect(judge({ ...nothing, ...unasked, facts: known })).toEqual(judge({ facts: known }));
    }
  });

  it('names the flaw that weighs most, of equals the first', () => {
    const named = (flaws: StructureFlaw[]) => rowOf({ facts: { ...facts, flaws } }, 'container')?.values['flaw'];
    expect(named([])).toBeUndefined();
    expect(named(['rounded', 'newer', 'notTried', 'idMap', 'transformed'])).toBe('newer');
    expect(named(['rounded', 'transformed'])).toBe('rounded');
  });

  it('does not hold it against an index of another voice, or of an unknown one, how it answers this one', () => {
    const checks = (input: VerdictInput) => judge(input).rows.map(({ check }) => check);
    for (const vectors of ['frames', 'compressed'] as const) {
      const other = checks({ ...healthy, relation: relation({ kind: 'other', vectors }) });
      expect(other).toContain('features');
      for (const check of ['missing', 'recall', 'original', 'stale']) expect(other).not.toContain(check);
    }
    const unknown = checks({ ...healthy, relation: relation({ kind: 'unknown', vectors: 'unknown' }) });
    for (const check of ['features', 'stale', 'recall']) expect(unknown).not.toContain(check);
  });

  it('does not call vectors of one length another voice', () => {
    const input: VerdictInput = { ...healthy, meanNorm: 1, relation: relation({ kind: 'other' }) };
    expect(rowOf(input, 'scale')?.finding).toBe('normalized');
    expect(rowOf(input, 'features')).toBeUndefined();
  });

  it('tells what is meant to be so from what is not', () => {
    const staleOf = (changes: Parameters<typeof relation>[0]) =>
      rowOf({ ...healthy, relation: relation(changes) }, 'stale')?.finding;
    expect(staleOf({ kind: 'whole' })).toBe('good');
    expect(staleOf({ kind: 'more', by: 'record' })).toBe('good');
    expect(staleOf({ kind: 'more', by: 'bytes' })).toBe('larger');
  });

  it('speaks of moments where they are known, of neighbors where they are not', () => {
    const withoutSteps = { ...quality, same: null, droppedBlocks: null, blend: null };
    const findings = (recall: number) => {
      const input = { ...healthy, quality: { ...withoutSteps, recall: exactly(recall), missing: exactly(0.01) } };
      return [rowOf(input, 'recall'), rowOf(input, 'missing')].map((row) => row?.finding);
    };
    expect([0.9, 0.6, 0.3].map(findings)).toEqual([
      ['goodNeighbors', 'some'],
      ['lowNeighbors', 'some'],
      ['poorNeighbors', 'some'],
    ]);
  });

  it('tells hosts apart by how many neighbors they ask for, and by whether they compare all vectors', () => {
    const poor = { ...healthy, quality: { ...quality, recall: exactly(0.3) } };
    expect(levelsOf(poor)).toEqual({ ...everyHost('repair'), wokada: 'usable', applioRealtime: 'good' });
    const few = { facts: { ...facts, vectors: 1 } };
    expect(levelsOf(few)).toEqual({ ...everyHost('unusable'), wokada: 'usable' });
    const other = { ...healthy, facts: { ...facts, metric: 'other' as const } };
    expect(levelsOf(other)).toEqual({ ...everyHost('unusable'), applioRealtime: 'good' });
    const zero = { ...healthy, facts: { ...facts, nprobe: 0 } };
    expect(levelsOf(zero)).toEqual({ ...everyHost('unusable'), applioRealtime: 'good' });
  });

  it('says which trouble a name makes, the worst first', () => {
    const warning = (code: ExportWarning['code']): ExportWarning => ({ code, details: {}, proposal: 'bob' });
    const nameOf = (...codes: readonly ExportWarning['code'][]) =>
      rowOf({ ...healthy, nameWarnings: codes.map(warning) }, 'name');
    expect(nameOf('AMBIGUOUS_NAME')).toMatchObject({ finding: 'ambiguous', level: 'usable' });
    expect(nameOf('AMBIGUOUS_NAME', 'NON_ASCII_PATH')).toMatchObject({ finding: 'nonAscii', level: 'usable' });
    expect(nameOf('NON_ASCII_PATH', 'TRAINED_IN_PATH')).toMatchObject({ finding: 'trained', level: 'repair' });
    const ambiguous = { ...healthy, nameWarnings: [warning('AMBIGUOUS_NAME')] };
    expect(levelsOf(ambiguous)['rvcRealtime']).toBe('usable');
  });

  it('does not advise to search more where all is searched, or where more would not help', () => {
    const whole = { ...facts, nprobe: 230 };
    expect(judge({ ...healthy, ...missingOf(whole), suggestion: null }).action).toBe('rebuild');
    expect(judge({ ...healthy, ...missingOf(facts), suggestion: { nprobe: 4, reason: 'stored' } }).action).toBe(
      'rebuild',
    );
    expect(judge({ ...healthy, ...missingOf(facts), suggestion: null }).action).toBe('setNprobe');
    expect(judge(missingOf(facts)).action).toBe('setNprobe');
  });

  it('keeps its thresholds in order', () => {
    expect(THRESHOLDS.recall.poorBelow).toBeLessThan(THRESHOLDS.recall.goodFrom);
    expect(THRESHOLDS.norm.normalizedBelow).toBeLessThan(THRESHOLDS.norm.usualFrom);
  });
});
