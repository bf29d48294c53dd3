import { describe, expect, it } from 'vitest';
import type { ModelFacts } from '@shared/contract/models';
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

  const PHONE = 'enc_p.emb_phone.weight';
  const layers = (...names: readonly string[]): number[] =>
    make.dictionary(Object.fromEntries(names.map((name) => [name, make.tensor(192, 256)])));
  const facts = (entries: Readonly<Record<string, number[]>>) => readModel(make.pickle(make.dictionary(entries)));

  it.each([
    ['voice', { weight: layers('other', PHONE) }],
    ['other', { weight: layers('other') }],
    ['sovits', { weight: layers('emb_uv.weight') }],
    ['training', { model: layers(PHONE), optimizer: make.none }],
    ['pretrained', { model: layers(PHONE) }],
    ['discriminator', { model: layers('other', 'discriminators.0.weight') }],
    ['other', { model: layers('my.discriminators.0.weight') }],
    ['sovits', { model: layers('enc_p.f0_emb.weight') }],
    ['embedder', { 'feature_extractor.conv_layers.0.weight': make.none, other: make.none }],
    ['other', { 'my.feature_extractor.conv_layers.0.weight': make.none }],
    ['sovits', { 'emb_uv.weight': make.none, other: make.none }],
    ['other', { 'emb_uv.weights': make.none, 'my.emb_uv.weight': make.none }],
    ['other', { weight: make.text('no dictionary') }],
  ])('tells by its layers what a model is: %s', (what, entries) => {
    expect(facts(entries).what).toBe(what);
  });

  it.each([
    ['weight', { weight: layers(PHONE) }],
    ['model', { model: layers(PHONE) }],
    ['the file itself', { [PHONE]: make.tensor(192, 256) }],
  ])('finds the dimension in %s, which no text gainsays', (_, entries) => {
    expect(facts({ ...entries, version: make.text('v2') })).toMatchObject({ dimension: 256, version: 'v1' });
  });

  it.each([
    ['v1', 'v1'],
    ['v2', 'v2'],
    ['v3', null],
  ])('takes the text %s for the version where no layer tells: %s', (text, version) => {
    expect(facts({ version: make.text(text) })).toMatchObject({ dimension: null, version });
    expect(facts({ version: make.text(text), [PHONE]: make.text('no tensor') }).version).toBe(version);
  });

  it.each<readonly [field: keyof ModelFacts, entries: Readonly<Record<string, number[]>>, value: unknown]>([
    ['f0', { f0: make.int(0) }, false],
    ['f0', { f0: [0x88] }, true],
    ['f0', { f0: make.int(2) }, null],
    ['f0', { f0: make.text('1') }, null],
    ['sampleRate', { sr: make.int(32_000) }, 32_000],
    ['sampleRate', { sr: make.int(1_000) }, 1_000],
    ['sampleRate', { sr: make.int(999) }, null],
    ['sampleRate', { sr: make.float(Infinity) }, null],
    ['sampleRate', { sr: make.text('48K') }, 48_000],
    ['sampleRate', { sr: make.text('44.12k') }, 44_120],
    ['sampleRate', { sr: make.text('x48k') }, null],
    ['sampleRate', { sr: make.text('48kHz') }, null],
    ['sampleRate', { sr: make.none, config: make.list(make.int(7), make.int(40_000)) }, 40_000],
    ['sampleRate', { config: make.int(40_000) }, null],
    ['epochs', { info: make.text('250epoch') }, 250],
    ['epochs', { info: make.text('250E_1000s') }, 250],
    ['epochs', { info: make.text('a 250e') }, null],
    ['epochs', { info: make.int(5) }, null],
    ['epochs', { iteration: make.int(7), info: make.text('250e') }, 7],
    ['epochs', { epoch: make.int(0), iteration: make.int(7) }, 0],
    ['epochs', { epoch: make.int(-1) }, null],
    ['epochs', { epoch: make.float(1.5) }, null],
    ['epochs', { epoch: make.text('3') }, null],
    ['steps', { step: make.int(1_000) }, 1_000],
    ['name', { model_name: make.text('Mira'), name: make.text('other') }, 'Mira'],
    ['name', { name: make.text(' Mira ') }, 'Mira'],
    ['name', { model_name: make.text('  '), name: make.text('Mira') }, 'Mira'],
    ['author', { author: make.text(' ') }, null],
    ['author', { author: make.int(1) }, null],
    ['embedder', { embedder_model: make.text('spin') }, 'spin'],
  ])('reads %s of %o: %s', (field, entries, value) => {
    expect(facts(entries)[field]).toBe(value);
  });

  it('reads a file from before PyTorch 1.6, which begins with three other pickles', () => {
    const magic = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
    const before = [magic, make.int(1_001), make.dictionary({ little_endian: [0x88] })];
    const row = [...before.map(make.pickle), make.voiceModel(768)];
    expect(readModel(Uint8Array.from(row.flatMap((one) => [...one])))).toMatchObject({ what: 'voice', old: true });
    expect(readModel(make.voiceModel(768))).toMatchObject({ type: 'model', what: 'voice', old: false });
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
