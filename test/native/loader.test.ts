import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { oddFolder } from './data';

const folder = oddFolder();
afterAll(() => folder.remove());

function loadError(binary: string): string {
  const script = `try { require('faiss-node'); console.log('loaded'); } catch (error) { console.log(error.code + ': ' + error.message); }`;
  return execFileSync(process.execPath, ['-e', script], {
    env: { ...process.env, FAISS_NODE_BINARY: binary },
  }).toString();
}

describe('without a binary that loads', () => {
  it('says that it is not there and how to build it', () => {
    const message = loadError(join(folder.path, 'none.node'));
    expect(message).toMatch(/^ENGINE_MISSING: The engine \(FAISS\) could not be loaded\.\n/);
    expect(message).toContain('none.node is not there. Build it with "npm run setup"');
  });

  it('says when it is made for another system', () => {
    const path = join(folder.path, 'other.node');
    writeFileSync(path, Buffer.alloc(4096, 'MZ'));
    const message = loadError(path);
    expect(message).toContain('ENGINE_MISSING');
    expect(message).toContain(`another system than ${process.platform}-${process.arch}`);
  });
});

describe.skipIf(process.platform !== 'linux')('where a limit leaves too few addresses', () => {
  it('says so, where OpenBLAS would ask for memory without end', () => {
    const script = `
      const [, size] = /VmSize:\\s+(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'latin1'));
      const limit = 1024 * Number(size) + 150 * 2 ** 20;
      require('node:child_process').execFileSync('prlimit', ['--pid', String(process.pid), '--as=' + limit]);
      try { require('faiss-node'); console.log('loaded'); } catch (error) { console.log(error.code + ': ' + error.message); }`;
    const said = execFileSync(process.execPath, ['-e', script], { timeout: 20_000 }).toString();
    expect(said).toMatch(
      /^MEMORY: This process may take \d+ bytes of addresses more, and the engine \(FAISS\) needs \d+\.$/m,
    );
  });
});
