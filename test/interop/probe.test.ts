import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plain } from '@shared/contract/build';
import { forecast, knowsAll } from '@shared/domain/recipes/forecast';
import type { StepName } from '@shared/jobs';
import type { StepContext } from '../../src/worker/context';
import { loadEngine } from '../../src/worker/engine';
import { run } from '../../src/worker/run';

const context: StepContext<StepName> = {
  signal: new AbortController().signal,
  progress: () => undefined,
  iteration: () => undefined,
  leftOut: () => new Set(),
  log: () => undefined,
  engine: loadEngine,
};
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-probe-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a probe foretells the first build within a factor of three, and leaves nothing behind', async () => {
  const rates = await run({ kind: 'probe', folder }, context);
  expect(readdirSync(folder)).toEqual([]);
  expect(knowsAll(rates)).toBe(true);

  await run({ kind: 'sample', root: folder, name: 'song', minutes: 2, version: 'v2', seed: 1 }, context);
  const options = plain('balanced');
  const { seconds, record } = await run(
    {
      kind: 'train',
      sources: [{ path: join(folder, 'logs', 'song'), weight: null }],
      ...options,
      seed: 1,
      name: null,
      out: join(folder, 'out'),
      totalFea: false,
      measure: true,
      memoryLimit: null,
      selection: null,
      traces: null,
    },
    context,
  );
  const foretold = forecast({ options, frames: 6_000, dimension: 768, rates }).seconds ?? NaN;
  expect(record.compression).toBeNull();
  expect(foretold / seconds.total).toBeGreaterThan(1 / 3);
  expect(foretold / seconds.total).toBeLessThan(3);
});
