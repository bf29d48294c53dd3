import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelReport } from '@shared/jobs/model';
import { model } from '../../../../src/worker/jobs/model';
import * as make from '../../../fixtures/pickles';
import { dealt, ivfFlat, npy, put, recordingContext, useFolder } from '../support';

const folder = useFolder();

/** Files of PyTorch before 1.6 are pickles in a row; here the first alone, as older tools left it. */
function look(bytes: Uint8Array, index: string | null = null): Promise<ModelReport> {
  const path = put(join(folder.path, 'weights', 'Mira.pth'), bytes);
  return model({ kind: 'model', path, index }, recordingContext());
}

/** Applio's experiment with the index of 80 frames of `dimension` numbers. */
function applioIndex(dimension: number, embedder: string): string {
  const experiment = join(folder.path, 'logs', 'Mira');
  put(join(experiment, 'extracted', '0_0_0.npy'), npy(80, dimension));
  put(join(experiment, 'model_info.json'), JSON.stringify({ embedder_model: embedder }));
  return put(join(experiment, 'Mira.index'), ivfFlat(dealt(80, 2), dimension));
}

describe('model', () => {
  it('says what a small model is', async () => {
    const bytes = make.voiceModel(768);
    expect(await look(bytes)).toMatchObject({
      facts: { what: 'voice', version: 'v2', sampleRate: 40_000 },
      bytes: bytes.length,
      problems: [],
      fit: null,
    });
  });

  it('says that a file of PyTorch holds no voice', async () => {
    const bytes = make.pickle(make.dictionary({ weights: make.text('none') }));
    const { facts, problems } = await look(bytes);
    expect(facts?.what).toBe('other');
    expect(problems).toEqual([expect.objectContaining({ code: 'MODEL_NOT_VOICE', details: { what: 'other' } })]);
  });

  it('answers with what is wrong instead of failing', async () => {
    const evil = make.pickle(make.call(make.named('posix', 'system'), make.text('true')));
    expect(await look(evil)).toMatchObject({
      facts: null,
      problems: [{ code: 'MODEL_RUNS_CODE', details: { name: 'posix.system' } }],
    });
    expect(await look(Uint8Array.from([1, 2, 3]))).toMatchObject({
      facts: null,
      problems: [{ code: 'MODEL_CORRUPT' }],
    });
    expect(await look(Buffer.from('PK\x03\x04 and nothing more'))).toMatchObject({
      facts: null,
      problems: [{ code: 'MODEL_CORRUPT' }],
    });
  });

  it('says whether an index fits it', async () => {
    const index = applioIndex(768, 'contentvec');
    const applio = (embedder: string): Uint8Array => make.voiceModel(768, { embedder_model: make.text(embedder) });
    expect((await look(applio('contentvec'), index)).fit).toEqual({ fits: 'yes' });
    expect((await look(applio('spin'), index)).fit).toEqual({
      fits: 'no',
      reason: 'embedder',
      model: 'spin',
      index: 'contentvec',
    });
    expect((await look(make.voiceModel(256), index)).fit).toEqual({
      fits: 'no',
      reason: 'dimension',
      model: 256,
      index: 768,
    });
  });
});
