import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Sight } from '@shared/jobs/look';
import { look } from '../../../../src/worker/jobs/look';
import * as make from '../../../fixtures/pickles';
import { dealt, ivfFlat, npy, put, recordingContext, useFolder } from '../support';

const folder = useFolder();

async function sight(name: string, content: string | Uint8Array): Promise<Sight> {
  const path = put(join(folder.path, name), content);
  const seen = await look({ kind: 'look', path, home: null }, recordingContext());
  expect(v.parse(Sight, seen)).toEqual(seen);
  return seen;
}

describe('look', () => {
  it('knows a folder, an index, a model and features by what they are', async () => {
    mkdirSync(join(folder.path, 'logs.index'));
    const path = join(folder.path, 'logs.index');
    expect(await look({ kind: 'look', path, home: null }, recordingContext())).toEqual({ what: 'folder' });
    expect(await sight('a.index', ivfFlat(dealt(9, 1), 256))).toEqual({ what: 'index', problem: null });
    expect(await sight('a.pth', make.voiceModel(768))).toMatchObject({
      what: 'model',
      model: { name: 'a.pth', facts: { what: 'voice', version: 'v2' }, problem: null, fits: {} },
    });
    expect(await sight('0_0.npy', npy(30, 768))).toEqual({
      what: 'features',
      folder: folder.path,
      rows: 30,
      columns: 768,
      problem: null,
    });
  });

  it('goes by the bytes and not by the name', async () => {
    expect(await sight('model.index', make.voiceModel(256))).toMatchObject({ what: 'model' });
    expect(await sight('index.pth', '<!DOCTYPE html><html></html>')).toEqual({ what: 'other', alike: 'html' });
    expect(await sight('voice.bin', ivfFlat(dealt(9, 1), 256))).toEqual({ what: 'index', problem: null });
    expect(await sight('features.txt', npy(3, 256))).toMatchObject({ what: 'features', rows: 3 });
  });

  it('names what nothing is done with', async () => {
    expect(await sight('notes.txt', 'to do')).toEqual({ what: 'other', alike: 'text' });
    expect(await sight('song.mp3', 'ID3 and so on')).toEqual({ what: 'other', alike: 'audio' });
    expect(await sight('random.bin', Uint8Array.from([1, 2, 3, 4]))).toEqual({ what: 'other', alike: null });
    expect(await sight('nothing.bin', '')).toEqual({ what: 'other', alike: null });
  });

  it('says why there is nothing to read in what has the name of an index, of features or of a model', async () => {
    const whole = ivfFlat(dealt(90, 3), 256);
    const problems = [
      await sight('page.index', '<html>404</html>'),
      await sight('half.index', whole.subarray(0, whole.length / 2)),
      await sight('empty.index', ''),
      await sight('cut.npy', npy(30, 768).subarray(0, 900)),
      await sight('stray.npy', Uint8Array.from([7, 7, 7])),
    ].map((seen) => ('problem' in seen ? seen.problem?.code : null));
    expect(problems).toEqual([
      'INDEX_LOOKALIKE',
      'INDEX_TRUNCATED',
      'INDEX_EMPTY_FILE',
      'NPY_TRUNCATED',
      'NPY_NOT_NPY',
    ]);
    expect(await sight('cut.pth', make.voiceModel(768).subarray(0, 90))).toMatchObject({
      what: 'model',
      model: { facts: null, problem: { code: 'MODEL_CORRUPT' } },
    });
  });

  it('refuses a model that would run code, and names what it would run', async () => {
    const evil = make.pickle(make.call(make.named('posix', 'system'), make.text('true')));
    expect(await sight('evil.pth', evil)).toMatchObject({
      what: 'model',
      model: {
        facts: null,
        problem: {
          code: 'MODEL_RUNS_CODE',
          message: 'Opening this file in Python would run "posix.system".',
          details: { name: 'posix.system' },
        },
      },
    });
  });

  const layers = (...names: readonly string[]): number[] =>
    make.dictionary(Object.fromEntries(names.map((name) => [name, make.tensor(1)])));
  it.each([
    [
      'D_2333.pth',
      'discriminator',
      { model: layers('discriminators.0.convs.0.weight_g') },
      'This is a discriminator, the half of a training that only judges.',
    ],
    [
      'f0G48k.pth',
      'pretrained',
      { model: make.dictionary({ 'enc_p.emb_phone.weight': make.tensor(192, 768) }) },
      'This is a model to start a training from.',
    ],
    [
      'hubert_base.pt',
      'embedder',
      {
        args: make.call(make.named('argparse', 'Namespace')),
        model: layers('mask_emb', 'feature_extractor.conv_layers.0.0.weight'),
        task_state: make.dictionary({ target: make.call(make.named('fairseq.data.dictionary', 'Dictionary')) }),
      },
      'This is an embedder such as HuBERT, which makes features of sound.',
    ],
    [
      'G_8000.pth',
      'sovits',
      { model: layers('emb_g.weight', 'pre.weight', 'emb_uv.weight'), optimizer: make.none },
      'This is a voice of so-vits-svc, which RVC cannot load.',
    ],
    ['unet.pth', 'other', { state_dict: layers('unet.0') }, 'This is a file of PyTorch, but no model of RVC.'],
  ] as const)('says of %s that it holds no voice, and what it is', async (name, what, content, message) => {
    const seen = await sight(name, make.pickle(make.dictionary(content)));
    expect(seen).toMatchObject({
      what: 'model',
      model: { facts: { what }, problem: { code: 'MODEL_NOT_VOICE', message, details: { what } } },
    });
  });
});
