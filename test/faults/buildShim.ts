import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SHIM, SHIM_PAGE } from './shim';

/** Builds the shim, and the page that it shares with the tests; without a compiler there is none, and the tests say so. */
export function setup(): void {
  if (process.platform !== 'linux') return;
  mkdirSync(dirname(SHIM), { recursive: true });
  writeFileSync(SHIM_PAGE, Buffer.alloc(4_096));
  const built = spawnSync('gcc', ['-shared', '-fPIC', '-O1', '-o', SHIM, 'test/faults/shim.c', '-ldl'], {
    encoding: 'utf8',
  });
  if (built.status === 0) return;
  rmSync(SHIM, { force: true });
  console.error(`The shim that lets calls fail cannot be built: ${built.error?.message ?? built.stderr}`);
}
