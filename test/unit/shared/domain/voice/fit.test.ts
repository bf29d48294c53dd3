import { describe, expect, it } from 'vitest';
import { facts, indexFile } from '../../../../fixtures/contract';
import { fitIndexOf, fitOf } from '@shared/domain/voice/fit';

const model = { what: 'voice', dimension: 768, embedder: null, modified: 2_000 } as const;
const index = { dimension: 768, embedder: null, outdated: null } as const;

describe('fitOf', () => {
  it('lets an index of as many numbers fit', () => {
    expect(fitOf(model, { ...index, embedder: 'contentvec' })).toEqual({ fits: 'yes' });
  });

  it('refuses another dimension', () => {
    expect(fitOf(model, { ...index, dimension: 256 })).toEqual({
      fits: 'no',
      reason: 'dimension',
      model: 768,
      index: 256,
    });
  });

  it('refuses another embedder, when both are known', () => {
    const spin = { ...model, embedder: 'spin-v2' };
    expect(fitOf(spin, { ...index, embedder: 'contentvec' })).toEqual({
      fits: 'no',
      reason: 'embedder',
      model: 'spin-v2',
      index: 'contentvec',
    });
    expect(fitOf(spin, index)).toEqual({ fits: 'yes' });
  });

  it.each(['training', 'pretrained', 'discriminator', 'embedder', 'sovits', 'other'] as const)(
    'refuses a file of kind %s',
    (what) => {
      expect(fitOf({ ...model, what }, index)).toEqual({
        fits: 'no',
        reason: 'noVoice',
        model: what,
        index: 768,
      });
    },
  );

  it('doubts an index of before the voice changed, for a model of after that', () => {
    expect(fitOf(model, { ...index, outdated: 1_000 })).toEqual({ fits: 'doubtful', reason: 'age' });
    expect(fitOf(model, { ...index, outdated: 3_000 })).toEqual({ fits: 'yes' });
    expect(fitOf(model, { ...index, dimension: 256, outdated: 1_000 })).toMatchObject({ fits: 'no' });
  });

  it('does not guess where the file does not tell', () => {
    expect(fitOf({ ...model, dimension: null }, index)).toEqual({ fits: 'unknown' });
  });
});

describe('fitIndexOf', () => {
  const voice = { embedder: 'contentvec', featuresModified: 900 };

  it('takes the embedder from the voice, and the time at which it changed where the index is not of its frames', () => {
    expect(fitIndexOf(indexFile(), voice)).toEqual({ dimension: 768, embedder: 'contentvec', outdated: null });
    const stale = { reason: 'smaller', frames: 9_500, vectors: 9_000 } as const;
    expect(fitIndexOf(indexFile({ stale }), voice)).toMatchObject({ outdated: 900 });
  });

  it('knows nothing of an index that cannot be read, and little of one without a voice', () => {
    expect(fitIndexOf(indexFile({ facts: null }), voice)).toBeNull();
    const loose = indexFile({ facts: facts({ dimension: 256 }) });
    expect(fitIndexOf(loose, null)).toEqual({ dimension: 256, embedder: null, outdated: null });
  });
});
