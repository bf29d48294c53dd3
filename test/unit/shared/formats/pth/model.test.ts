import { describe, expect, it } from 'vitest';
import { readModel } from '@shared/formats/pth/model';
import * as make from '../../../../fixtures/pickles';

describe('readModel', () => {
  it('reads a small model of RVC', () => {
    expect(readModel(make.voiceModel(256))).toEqual({
      type: 'model',
      what: 'voice',
      version: 'v1',
      dimension: 256,
      sampleRate: 40_000,
      f0: true,
      embedder: null,
      epochs: 200,
      steps: null,
      name: null,
      author: null,
      info: '200epoch',
      old: false,
    });
  });

  it.each([
    ['48k', 48_000],
    ['48000', 48_000],
    ['44.1k', 44_100],
    ['fast', 40_000],
  ])('reads the sample rate %s, or takes that of the configuration', (sr, sampleRate) => {
    expect(readModel(make.voiceModel(768, { sr: make.text(sr) }))).toMatchObject({ sampleRate });
  });

  it('takes the epochs of their own field before those of the remark', () => {
    const bytes = make.voiceModel(768, { epoch: make.int(12), info: make.text('300e_100s') });
    expect(readModel(bytes)).toMatchObject({ epochs: 12, info: '300e_100s' });
  });

  it('has no version for a dimension that no RVC model has', () => {
    expect(readModel(make.voiceModel(1_024))).toMatchObject({ version: null, dimension: 1_024 });
  });

  it('keeps a remark to what a line can show', () => {
    expect(readModel(make.voiceModel(768, { author: make.text(` ${'a'.repeat(5_000)}`) })).author).toHaveLength(300);
  });

  it('refuses what holds no dictionary', () => {
    expect(() => readModel(make.pickle(make.list(make.int(1))))).toThrow('It holds no dictionary.');
  });
});
