import { describe, expect, it } from 'vitest';
import {
  type Evidence,
  HostMode,
  type MeasurementOutline,
  type QualityPoint,
  type QueryOrigin,
  type SourceCheck,
} from '@shared/contract/measurement';
import {
  bestIndex,
  hostLevels,
  indexHealth,
  isMeasurable,
  isSearchable,
  voiceHealth,
  voiceNameOf,
} from '@shared/domain/verdict/health';
import { judge } from '@shared/domain/verdict/verdict';
import { facts, indexFile, voice } from '../../../../fixtures/contract';
import { quality, relation } from '../../../renderer/components/charts/measurements';

const problem = (code: 'INDEX_NO_VECTORS' | 'INDEX_TRUNCATED') => ({ code, message: '', details: {} });
const nothingMeasured = (): null => null;

const evidence: Evidence = {
  idsSequential: true,
  nonFinite: 0,
  meanNorm: null,
};

function measured(stored: QualityPoint, origin: QueryOrigin = 'held-out'): MeasurementOutline {
  return {
    queries: { n: 552, seed: 1, origin },
    stored,
    suggestion: { nprobe: 8, reason: 'target' },
    evidence,
    relation: null,
    source: null,
  };
}

describe('an index that is not measured', () => {
  it.each([
    ['a link to nowhere', indexFile({ link: 'dangling', facts: null }), 'unusable', 'mendLink', { kind: 'link' }],
    [
      'a refused trained_ file',
      indexFile({ facts: null, problem: problem('INDEX_NO_VECTORS') }),
      'unusable',
      'finish',
      { kind: 'problem', code: 'INDEX_NO_VECTORS' },
    ],
    [
      'a damaged file',
      indexFile({ facts: null, problem: problem('INDEX_TRUNCATED') }),
      'unusable',
      'rebuild',
      { kind: 'problem', code: 'INDEX_TRUNCATED' },
    ],
    ['a file nobody has read', indexFile({ facts: null }), 'none', null, { kind: 'nothing', reason: 'unread' }],
    ['no vectors', indexFile({ facts: facts({ vectors: 0 }) }), 'unusable', 'finish', { row: { check: 'empty' } }],
    ['seven vectors', indexFile({ facts: facts({ vectors: 7 }) }), 'unusable', 'rebuild', { row: { check: 'empty' } }],
    [
      'a strange dimension',
      indexFile({ facts: facts({ dimension: 512 }) }),
      'unusable',
      'rebuild',
      { row: { check: 'dimension' } },
    ],
    [
      'features that have grown',
      indexFile({ stale: { reason: 'smaller', frames: 10_000, vectors: 9_000 } }),
      'repair',
      'rebuild',
      { row: { check: 'stale', finding: 'smaller', values: { frames: 10_000, vectors: 9_000 } } },
    ],
    ['a plain index', indexFile(), 'unmeasured', 'measure', { row: { check: 'missing' } }],
    [
      'an index without groups',
      indexFile({ facts: facts({ type: 'IndexFlat', nlist: null, nprobe: null, lists: null }) }),
      'good',
      'use',
      { row: { check: 'missing' } },
    ],
    [
      'a name that RVC hides',
      indexFile({ name: 'trained-aria.index', path: '/voices/logs/aria/trained-aria.index', kind: 'applio' }),
      'repair',
      'rename',
      { row: { check: 'name', finding: 'trained', values: { proposal: expect.stringMatching(/aria/) as string } } },
    ],
    [
      'a folder that RVC hides, where another name does not help',
      indexFile({ path: '/voices/logs/trained/added.index' }),
      'repair',
      'use',
      { row: { check: 'name', finding: 'trained' } },
    ],
  ])('judges %s', (_name, index, level, action, finding) => {
    expect(indexHealth(index, null)).toMatchObject({ level, action, finding, queries: null });
  });

  it('is unmeasured only where measuring would tell more', () => {
    expect(indexHealth(indexFile({ link: 'dangling' }), null).level).toBe('unusable');
    expect(indexHealth(indexFile(), measured(quality(4, 0.95, 0))).level).toBe('good');
  });

  it('says nothing of the place of what no program looks for yet', () => {
    const path = '/home/김/trained/x.index';
    for (const change of [{ place: 'built' }, { kind: 'trained' }] as const) {
      expect(indexHealth(indexFile({ path, ...change }), null)).toMatchObject({ action: 'measure' });
    }
    const opened = indexFile({ place: 'opened', path, name: 'x.index' });
    expect(indexHealth(opened, null)).toMatchObject({ action: 'measure' });
    expect(indexHealth({ ...opened, name: 'trained.index' }, null)).toMatchObject({ action: 'rename' });
  });
});

describe('what can be asked', () => {
  it.each([
    ['eight vectors', { facts: facts({ vectors: 8 }) }, true],
    ['seven', { facts: facts({ vectors: 7 }) }, false],
    ['what nobody has read', { facts: null }, false],
    ['a link that leads nowhere', { link: 'dangling' }, false],
    ['what is damaged', { problem: problem('INDEX_TRUNCATED') }, false],
  ] as const)('%s: %s', (_, change, answer) => {
    expect(isSearchable(indexFile(change))).toBe(answer);
    expect(isMeasurable(indexFile(change))).toBe(answer);
  });
});

describe('voiceNameOf', () => {
  it.each([
    ['added_IVF230_Flat_nprobe_4_aria_v2.index', 'aria'],
    ['aria 2.index', 'aria 2'],
  ])('%s: %s', (name, voice) => {
    expect(voiceNameOf({ ...indexFile(), name })).toBe(voice);
  });
});

describe('a measured index', () => {
  it('speaks of what it finds when all is well', () => {
    expect(indexHealth(indexFile(), measured(quality(4, 0.95, 0)))).toMatchObject({
      level: 'good',
      action: 'use',
      finding: { row: { check: 'recall', values: { recall: 0.95 } } },
      queries: { n: 552 },
    });
  });

  it('keeps the rows that need the vectors themselves', () => {
    const known = { ...measured(quality(4, 0.95, 0)), evidence: { ...evidence, nonFinite: 3 } };
    const health = indexHealth(indexFile(), known);
    expect(health).toMatchObject({ level: 'repair', action: 'rebuild', finding: { row: { check: 'finite' } } });
  });

  it('advises a wider search only where the measurement speaks for it', () => {
    const short = measured(quality(4, 0.95, 0.01));
    expect(indexHealth(indexFile(), short)).toMatchObject({ level: 'repair', action: 'setNprobe' });
    const enough = { ...short, suggestion: { nprobe: 4, reason: 'stored' } as const };
    expect(indexHealth(indexFile(), enough)).toMatchObject({ level: 'repair', action: 'rebuild' });
  });

  it('tells of those programs only that were there when it was measured', () => {
    const verdict = judge({ facts: facts() });
    const { rvcRealtime: _, ...known } = verdict.hosts;
    const modes = HostMode.options.filter((mode) => mode !== 'rvcRealtime');
    expect(hostLevels({ ...verdict, hosts: known }).map(({ mode }) => mode)).toEqual(modes);
  });

  it('takes what has changed since then from the library', () => {
    const known = measured(quality(4, 0.95, 0));
    const stale = { reason: 'smaller', frames: 10_000, vectors: 9_000 } as const;
    expect(indexHealth(indexFile({ stale }), known)).toMatchObject({
      level: 'repair',
      finding: { row: { check: 'stale' } },
    });
    const now = indexHealth(indexFile(), known);
    expect(now.level).toBe('good');
    expect(now.finding.kind === 'verdict' && hostLevels(now.finding.verdict).map(({ level }) => level)).toEqual(
      HostMode.options.map(() => 'good'),
    );
  });

  it('is not asked by features of another version, which is said before anything else', () => {
    const stale = { reason: 'version', frames: 9_000, vectors: 9_000 } as const;
    expect(isMeasurable(indexFile({ stale }))).toBe(false);
    expect(indexHealth(indexFile({ stale }), null)).toMatchObject({
      level: 'repair',
      action: 'rebuild',
      finding: { row: { check: 'stale', finding: 'version' } },
    });
  });

  it('asks more of frames that the index has seen', () => {
    expect(indexHealth(indexFile(), measured(quality(4, 0.75, 0))).level).toBe('good');
    expect(indexHealth(indexFile(), measured(quality(4, 0.75, 0), 'voice')).level).toBe('usable');
  });
});

describe('voiceHealth', () => {
  it('is that of the best index, whatever their order', () => {
    const broken = indexFile({ id: 'index-broken-1', link: 'dangling', modified: 9_000 });
    const old = indexFile({ id: 'index-older-01', modified: 1_000 });
    const recent = indexFile({ id: 'index-recent-1', modified: 2_000 });
    const all = voice({ indexes: [broken, old, recent] });
    expect(bestIndex(all, nothingMeasured)?.id).toBe(recent.id);
    expect(voiceHealth(voice({ indexes: [broken, old] }), nothingMeasured).level).toBe('unmeasured');
    const good = measured(quality(4, 0.95, 0));
    expect(bestIndex(all, ({ id }) => (id === old.id ? good : null))?.id).toBe(old.id);
  });

  it('is not that of a copy, which is as good as what it is a copy of', () => {
    const original = indexFile({ id: 'index-original', modified: 1_000 });
    const copy = indexFile({ id: 'index-the-copy', modified: 2_000, copyOf: original.name });
    const usable = measured(quality(4, 0.75, 0), 'voice');
    const look = ({ id }: { readonly id: string }) => (id === original.id ? usable : null);
    expect(voiceHealth(voice({ indexes: [copy, original] }), look).level).toBe('usable');
    const lookAtCopy = ({ id }: { readonly id: string }) => (id === copy.id ? measured(quality(4, 0.95, 0)) : null);
    expect(bestIndex(voice({ indexes: [copy, original] }), lookAtCopy)?.id).toBe(original.id);
  });

  it('is rather that of an index in its own folder than of one elsewhere, of equals', () => {
    const own = indexFile({ id: 'index-of-its-own', modified: 1_000 });
    const outside = indexFile({ id: 'index-elsewhere', modified: 2_000, place: 'outside' });
    for (const indexes of [
      [own, outside],
      [outside, own],
    ]) {
      expect(bestIndex(voice({ indexes }), nothingMeasured)?.id).toBe(own.id);
    }
    const good = measured(quality(4, 0.95, 0));
    const look = ({ id }: { readonly id: string }) => (id === outside.id ? good : null);
    expect(bestIndex(voice({ indexes: [own, outside] }), look)?.id).toBe(outside.id);
  });

  it('tells a voice without features from one without an index', () => {
    const noFeatures = { code: 'NO_FEATURES', message: '', details: {} } as const;
    expect(voiceHealth(voice({ problem: noFeatures }), nothingMeasured)).toMatchObject({
      finding: { reason: 'noFeatures', problem: noFeatures },
      action: null,
    });
    for (const code of ['FEATURES_EMPTY', 'MERGED_VOICE'] as const) {
      expect(voiceHealth(voice({ problem: { ...noFeatures, code } }), nothingMeasured)).toMatchObject({
        finding: { reason: 'noFeatures' },
      });
    }
    const mixed = { code: 'FEATURES_MIXED_DIMENSIONS', message: '', details: { file: 'odd.npy' } } as const;
    expect(voiceHealth(voice({ problem: mixed }), nothingMeasured).finding).toEqual({
      kind: 'nothing',
      reason: 'unfitFeatures',
      problem: mixed,
    });
    expect(voiceHealth(voice(), nothingMeasured)).toMatchObject({
      level: 'none',
      finding: { kind: 'nothing', reason: 'noIndex', problem: null },
      action: 'build',
    });
  });
});

describe('how an index and its voice relate', () => {
  const stale = { reason: 'smaller', frames: 300_000, vectors: 9_000 } as const;
  const source: SourceCheck = {
    frames: 300_000,
    files: 1,
    nonFinite: [],
    norm: { mean: 9, p5: 8, p95: 10 },
    repeated: 0,
    repeatedFiles: [],
  };
  const known = { ...measured(quality(8, 0.97, 0)), relation: relation({ vectors: 'compressed' }), source };

  it('is told by what was measured, as long as the voice is what it was then', () => {
    expect(indexHealth(indexFile({ stale }), known)).toMatchObject({ level: 'good', action: 'use' });
    const grown = { ...stale, frames: 310_000 };
    expect(indexHealth(indexFile({ stale: grown }), known)).toMatchObject({ level: 'repair', action: 'rebuild' });
    expect(indexHealth(indexFile({ stale }), measured(quality(8, 0.97, 0)))).toMatchObject({ level: 'repair' });
  });
});
