import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dropForeignCache } from '../../../native/build.mjs';
import { hashSources } from '../../../scripts/build.mjs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sources-'));
  await mkdir(join(folder, 'src/deep'), { recursive: true });
  await writeFile(join(folder, 'src/deep/a.ts'), 'a');
  await writeFile(join(folder, 'config.ts'), 'c');
});
afterEach(() => rm(folder, { recursive: true }));

const hash = (): Promise<string> => hashSources(folder, ['src', 'config.ts', 'absent']);

it('depends on the names and contents of all files, and on nothing else', async () => {
  const first = await hash();
  await writeFile(join(folder, 'unrelated'), 'x');
  await writeFile(join(folder, 'config.ts'), 'c');
  expect(await hash()).toBe(first);

  await writeFile(join(folder, 'src/deep/a.ts'), 'b');
  const changed = await hash();
  expect(changed).not.toBe(first);
  await rename(join(folder, 'src/deep/a.ts'), join(folder, 'src/deep/b.ts'));
  expect(await hash()).not.toBe(changed);
});

it('begins anew where CMake built for another folder, which it would refuse', async () => {
  const cache = join(folder, 'CMakeCache.txt');
  const homeIs = (home: string): Promise<void> => writeFile(cache, `A:B=c\nCMAKE_HOME_DIRECTORY:INTERNAL=${home}\n`);
  await homeIs(resolve('native').replaceAll('\\', '/'));
  dropForeignCache(folder);
  expect(existsSync(cache)).toBe(true);
  await homeIs('/elsewhere/native');
  dropForeignCache(folder);
  expect(existsSync(folder)).toBe(false);
  dropForeignCache(folder);
  await mkdir(folder);
});
