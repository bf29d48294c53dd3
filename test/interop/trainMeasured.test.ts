import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain } from '@shared/contract/build';
import type { RecipeId } from '@shared/contract/primitives';
import { type TrainRequest, TrainResult } from '@shared/jobs/train';
import { loadEngine } from '../../src/worker/engine';
import type { StepName } from '@shared/jobs';
import type { StepContext } from '../../src/worker/context';
import { run } from '../../src/worker/run';

let folder = '';
const context: StepContext<StepName> = {
  signal: new AbortController().signal,
  progress: () => undefined,
  iteration: () => undefined,
  leftOut: () => new Set(),
  log: () => undefined,
  engine: loadEngine,
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-measured-'));
  await run({ kind: 'sample', root: folder, name: 'song', minutes: 2, version: 'v2', seed: 4 }, context);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function build(
  recipe: RecipeId,
  out: string = recipe,
  changes: Partial<TrainRequest> = {},
): Promise<TrainResult> {
  const asked = { seed: 1, name: null, totalFea: false, measure: true, memoryLimit: null, traces: null, ...changes };
  const sources = [{ path: join(folder, 'logs', 'song'), weight: null }];
  return run({ kind: 'train', sources, ...plain(recipe), out: join(folder, out), ...asked }, context);
}

describe('an index measured while it is built', () => {
  it('Balanced: by frames kept apart, and it holds them in the end', async () => {
    const result = await build('balanced');
    expect(v.parse(TrainResult, result)).toEqual(result);
    const { measurement } = result;
    expect(measurement?.queries).toMatchObject({ origin: 'held-out', n: result.coverage?.heldOut });
    expect(measurement?.facts.vectors).toBe(result.vectors);
    expect(measurement?.source?.frames).toBe(result.vectors);
    expect(measurement?.hash).toBe(createHash('sha256').update(readFileSync(result.index)).digest('hex'));
    expect(measurement?.stored.missing.value).toBe(0);
    expect(measurement?.stored.droppedBlocks?.value).toBe(0);
    expect(measurement?.stored.blend).not.toBeNull();
    expect(measurement?.verdict.level).toBe('good');
    expect(measurement?.map?.groups.length).toBe(result.nlist);
    expect(measurement?.story?.truth.length).toBe(8);
  });

  it('Same as RVC: learned from every frame, so its own frames ask, each leaving itself out', async () => {
    const { measurement, nprobe } = await build('rvc');
    expect(nprobe).toBe(1);
    expect(measurement?.queries).toMatchObject({ origin: 'voice' });
    expect(measurement?.stored.missing.value).toBeGreaterThan(0);
    expect(measurement?.verdict).toMatchObject({ level: 'repair', action: 'setNprobe' });
    expect(measurement?.suggestion.nprobe).toBeGreaterThan(1);
  });
});
