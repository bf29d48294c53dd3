import { describe, expect, it } from 'vitest';
import { fitOf } from '@shared/domain/voice/fit';

const model = { what: 'voice', dimension: 768, embedder: null } as const;

describe('fitOf', () => {
  it('lets an index of as many numbers fit', () => {
    expect(fitOf(model, { dimension: 768, embedder: 'contentvec' })).toEqual({ fits: 'yes' });
  });

  it('refuses another dimension', () => {
    expect(fitOf(model, { dimension: 256, embedder: null })).toEqual({
      fits: 'no',
      reason: 'dimension',
      model: 768,
      index: 256,
    });
  });

  it('refuses another embedder, when both are known', () => {
    const spin = { ...model, embedder: 'spin-v2' };
    expect(fitOf(spin, { dimension: 768, embedder: 'contentvec' })).toEqual({
      fits: 'no',
      reason: 'embedder',
      model: 'spin-v2',
      index: 'contentvec',
    });
    expect(fitOf(spin, { dimension: 768, embedder: null })).toEqual({ fits: 'yes' });
  });

  it.each(['training', 'pretrained', 'discriminator', 'other'] as const)('refuses a file of kind %s', (what) => {
    expect(fitOf({ ...model, what }, { dimension: 768, embedder: null })).toEqual({
      fits: 'no',
      reason: 'noVoice',
      model: what,
      index: 768,
    });
  });

  it('does not guess where the file does not tell', () => {
    expect(fitOf({ ...model, dimension: null }, { dimension: 768, embedder: null })).toEqual({ fits: 'unknown' });
  });
});
