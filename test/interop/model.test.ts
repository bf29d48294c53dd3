import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelFacts } from '@shared/contract/models';
import { readModelFile } from '../../src/worker/files/modelFile';
import { runPython } from './command';

const folder = mkdtempSync(join(tmpdir(), 'voronoice-models-'));
beforeAll(async () => {
  await runPython('writeModels.py', folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const read = (name: string): Promise<ModelFacts> => readModelFile(join(folder, name));

const RVC: ModelFacts = {
  type: 'model',
  what: 'voice',
  version: 'v2',
  dimension: 768,
  sampleRate: 48_000,
  f0: true,
  embedder: null,
  epochs: 250,
  steps: null,
  name: null,
  author: null,
  info: '250epoch',
  old: false,
};

describe('models that Python pickled', () => {
  it.each([2, 3, 4, 5])('reads a small model of RVC in protocol %i', async (protocol) => {
    expect(await read(`rvc-${protocol}.pth`)).toEqual(RVC);
  });

  it('reads one from before PyTorch 1.6', async () => {
    expect(await read('old.pth')).toEqual({ ...RVC, old: true });
  });

  it('reads what Applio adds', async () => {
    expect(await read('applio.pth')).toEqual({
      ...RVC,
      sampleRate: 40_000,
      embedder: 'contentvec',
      epochs: 300,
      steps: 5_100,
      name: '미라',
      author: 'Ada 🎙',
      info: '300e_5100s',
    });
  });

  it('believes the shape of the weights, not the text', async () => {
    expect(await read('v1.pth')).toMatchObject({ version: 'v1', dimension: 256, f0: false, epochs: null });
  });

  it.each([
    ['training.pth', { what: 'training', dimension: 768, epochs: 87 }],
    ['pretrained.pth', { what: 'pretrained', dimension: 768 }],
    ['discriminator.pth', { what: 'discriminator', dimension: null }],
    ['other.pth', { what: 'other', dimension: null, version: null }],
  ] as const)('tells what %s is', async (name, facts) => {
    expect(await read(name)).toMatchObject(facts);
  });

  it.each(['evil.pth', 'evil-old.pth'])('runs nothing of %s and names what it would run', async (name) => {
    await expect(read(name)).rejects.toMatchObject({
      code: 'MODEL_RUNS_CODE',
      details: { name: expect.stringMatching(/^(posix|os)\.system$/) as string },
    });
  });
});
