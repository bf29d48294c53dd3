import { describe, expect, it } from 'vitest';
import { bestIndex, indexHealth, voiceHealth } from '@/app/health';
import { facts, indexFile, voice } from '../../fixtures/fakeApi';

const problem = (code: 'INDEX_NO_VECTORS' | 'INDEX_TRUNCATED') => ({ code, message: '', details: {} });

describe('indexHealth', () => {
  it.each([
    ['a link to nowhere', indexFile({ link: 'dangling', facts: null }), 'unusable', 'danglingLink'],
    ['an index without vectors', indexFile({ facts: facts({ vectors: 0 }) }), 'unusable', 'onlyTrained'],
    [
      'a refused trained_ file',
      indexFile({ facts: null, problem: problem('INDEX_NO_VECTORS') }),
      'unusable',
      'onlyTrained',
    ],
    ['a damaged file', indexFile({ facts: null, problem: problem('INDEX_TRUNCATED') }), 'unusable', 'problem'],
    ['a file nobody has read', indexFile({ facts: null }), 'none', 'unread'],
    ['a strange dimension', indexFile({ facts: facts({ dimension: 512 }) }), 'unusable', 'dimension'],
    ['seven vectors', indexFile({ facts: facts({ vectors: 7 }) }), 'unusable', 'fewVectors'],
    [
      'features that have grown',
      indexFile({ stale: { reason: 'smaller', frames: 10_000, vectors: 9_000 } }),
      'repair',
      'smaller',
    ],
    ['small groups searched one at a time', indexFile({ facts: facts({ nprobe: 1 }) }), 'usable', 'fewProbes'],
    ['small groups searched four at a time', indexFile(), 'good', 'fine'],
    [
      'one group, searched whole',
      indexFile({ facts: facts({ nlist: 1, nprobe: 1, lists: { ...facts().lists!, nlist: 1 } }) }),
      'good',
      'fine',
    ],
    [
      'an index without groups',
      indexFile({ facts: facts({ type: 'IndexFlat', nlist: null, nprobe: null, lists: null }) }),
      'good',
      'fine',
    ],
  ])('judges %s', (_name, index, level, reason) => {
    expect(indexHealth(index)).toMatchObject({ level, reason });
  });
});

describe('voiceHealth', () => {
  it('is that of the best index, whatever their order', () => {
    const broken = indexFile({ id: 'index-broken-1', link: 'dangling', modified: 9_000 });
    const old = indexFile({ id: 'index-older-01', modified: 1_000 });
    const recent = indexFile({ id: 'index-recent-1', modified: 2_000 });
    expect(bestIndex(voice({ indexes: [broken, old, recent] }))?.id).toBe(recent.id);
    expect(voiceHealth(voice({ indexes: [broken, old] })).level).toBe('good');
  });

  it('tells a voice without features from one without an index', () => {
    const noFeatures = { code: 'NO_FEATURES', message: '', details: {} } as const;
    expect(voiceHealth(voice({ problem: noFeatures }))).toMatchObject({ reason: 'noFeatures', code: 'NO_FEATURES' });
    expect(voiceHealth(voice())).toMatchObject({ level: 'none', reason: 'noIndex' });
  });
});
