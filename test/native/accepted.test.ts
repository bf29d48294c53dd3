import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldVariants } from '../fixtures/fields';
import { ivfFlat } from '../fixtures/ivfFlat';
import { faultOf, judge } from '../fuzz/indexes';
import { useInProcess } from '../fuzz/inProcess';
import { indexSpecimens } from '../hostile/index';

/** What the gate finds nothing against, the engine opens, searches and gives back without harm. */
const folder = resolve('test/fixtures/indexes');
const written = readdirSync(folder)
  .filter((name) => name.endsWith('.index'))
  .map((name): [string, Uint8Array] => [name, new Uint8Array(readFileSync(resolve(folder, name)))]);

/** Whether it was accepted; fails where the engine then does not use it. */
async function isUsed(bytes: Uint8Array): Promise<boolean> {
  const verdict = judge(bytes);
  if (verdict.kind !== 'accepted') return false;
  const outcome = await useInProcess(bytes);
  expect(faultOf(outcome, verdict.contents)).toBeNull();
  return true;
}

describe('F9: what the gate accepts, the engine survives', () => {
  it('as FAISS wrote it', async () => {
    const used: string[] = [];
    for (const [name, bytes] of written) if (await isUsed(bytes)) used.push(name);
    expect(used.length).toBeGreaterThan(20);
  });

  it.each(Object.entries(indexSpecimens()))('%s with each field changed', async (_, built) => {
    let accepted = (await isUsed(built.bytes)) ? 1 : 0;
    for (const { bytes } of fieldVariants(built)) if (await isUsed(bytes)) accepted++;
    expect(accepted).toBeGreaterThanOrEqual(built.fields.length > 0 && judge(built.bytes).kind === 'accepted' ? 2 : 0);
  });

  it('with centers as far out as any may be, and no farther', async () => {
    const at = (square: number): Uint8Array =>
      ivfFlat([[0, 1, 2], [3], [4, 5]], 4, {
        center: (list) => Float32Array.of(list === 1 ? Math.sqrt(square) : list, 0, 0, 0),
      });
    expect(await isUsed(at(1.9 * 2 ** 124))).toBe(true);
    expect(await isUsed(at(2.1 * 2 ** 124))).toBe(false);
  });
});
