import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { forgetOldJson } from '../../../scripts/typecheck.mjs';

let folder = '';
let note = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'typecheck-'));
  note = join(folder, 'cache/node.tsbuildinfo');
  await mkdir(join(folder, 'cache'));
  await mkdir(join(folder, 'node_modules'));
  const fileNames = ['../en.json', '../node_modules/a.json', '../a.ts'];
  await writeFile(note, JSON.stringify({ fileNames }));
  for (const name of fileNames) await written(join(folder, 'cache', name), 1_000);
  await utimes(note, 2_000, 2_000);
});
afterEach(() => rm(folder, { recursive: true }));

async function written(path: string, at: number): Promise<void> {
  await writeFile(path, '');
  await utimes(path, at, at);
}

async function isKept(): Promise<boolean> {
  await forgetOldJson(note);
  return stat(note).then(
    () => true,
    () => false,
  );
}

it('keeps what was checked against the JSON as it is', async () => {
  await written(join(folder, 'a.ts'), 3_000);
  await written(join(folder, 'node_modules/a.json'), 3_000);
  expect(await isKept()).toBe(true);
});

it('checks anew what was checked against another JSON', async () => {
  await written(join(folder, 'en.json'), 3_000);
  expect(await isKept()).toBe(false);
  expect(await isKept()).toBe(false);
});

it('checks anew when JSON is gone', async () => {
  await rm(join(folder, 'en.json'));
  expect(await isKept()).toBe(false);
});
