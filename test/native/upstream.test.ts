import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as engine from 'faiss-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oddFolder } from './data';

// faiss-node 0.5.1's own tests, as they are, against this engine. No exceptions are needed.
const require = createRequire(import.meta.url);
const tests = join(require.resolve('faiss-node-upstream/package.json'), '..', 'test');

const folder = oddFolder();
const before = process.cwd();
beforeAll(() => process.chdir(folder.path)); // they write into the current folder
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

for (const file of readdirSync(tests)) {
  describe(`faiss-node 0.5.1: ${file}`, () => {
    const globals = { describe, it, test: it, expect, beforeAll, afterAll, beforeEach, afterEach };
    const load = (name: string): unknown => {
      if (name !== '../lib') throw new Error(`unexpected require of ${name}`);
      return engine;
    };
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- runs the published test file with jest's globals
    const run = new Function(...Object.keys(globals), 'require', readFileSync(join(tests, file), 'utf8')) as (
      ...values: unknown[]
    ) => void;
    run(...Object.values(globals), load);
  });
}
