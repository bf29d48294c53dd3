import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain } from '@shared/contract/build';
import { isWideEnough } from '@shared/domain/measures/searchWidth';
import { generateVoice } from '@shared/domain/voice/sampleVoice';
import type { JobContext } from '../../src/worker/context';
import { loadEngine } from '../../src/worker/engine';
import { writeNpy } from '../../src/worker/features/npyFile';
import { run } from '../../src/worker/run';

let folder = '';
const context: JobContext<'train' | 'measure'> = {
  signal: new AbortController().signal,
  progress: () => undefined,
  iteration: () => undefined,
  leftOut: () => new Set(),
  log: () => undefined,
  engine: loadEngine,
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-recipes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what is built by default', () => {
  it.each([
    ['one minute', { minutes: 1, dimension: 768, seed: 5 }],
    ['v1', { minutes: 2, dimension: 256, seed: 7 }],
    ['breathy', { minutes: 2, dimension: 768, seed: 8, shape: { breathiness: 0.4 } }],
    ['expressive', { minutes: 2, dimension: 768, seed: 9, shape: { variation: 1.8 } }],
    ['plain', { minutes: 2, dimension: 768, seed: 10, shape: { phones: 120, variation: 0.7 } }],
  ] as const)('is good for the voice "%s", and nothing better is suggested', async (name, voice) => {
    const features = mkdtempSync(join(folder, 'voice-'));
    for (const { name: clip, data } of generateVoice(voice)) {
      await writeNpy(join(features, `${clip.replace(/\.npy$/, '')}.npy`), data, voice.dimension);
    }
    const sources = [{ path: features, weight: null }];
    const asked = { seed: 1, name: 'voice', totalFea: false, measure: true, memoryLimit: null, traces: null };
    const built = await run(
      { kind: 'train', sources, ...plain('balanced'), out: join(folder, name), ...asked },
      context,
    );
    const asking = { features, queries: null, seed: 1, most: 1_000, nprobes: [], traces: null };
    const later = await run({ kind: 'measure', index: built.index, ...asking }, context);

    for (const measurement of [built.measurement, later]) {
      expect(measurement?.suggestion.nprobe).toBe(built.nprobe);
      expect(measurement?.stored.missing.value).toBe(0);
      expect(measurement?.verdict.level).toBe('good');
      expect(measurement?.relation).toMatchObject({ kind: 'whole', vectors: 'frames' });
    }
    expect(built.measurement?.queries.origin).toBe('held-out');
    expect(built.measurement?.stored.same?.value).toBeGreaterThan(0.85);
    const reached = built.measurement?.curve.some(
      (point) => point.nprobe === built.nprobe && isWideEnough({ ...point, missing: point.missing.value }),
    );
    expect(built.coverage?.reason).toBe(reached === true ? 'target' : 'best');
  });
});
