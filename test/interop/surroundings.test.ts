import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ENTRY, shipped, startVoronoice, useCommandLine } from './command';

const folder = useCommandLine();
const at = (...names: readonly string[]): string => join(folder.path, ...names);

beforeAll(() => {
  expect(shipped('sample', '--out', at('voice'), '--minutes', '1').code).toBe(0);
});

/** Runs `script` in a shell, where `$V` is the program. */
function shell(script: string): { readonly code: number | null; readonly stdout: string; readonly stderr: string } {
  const env = { ...process.env, V: `'${process.execPath}' '${ENTRY}'` };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script.replaceAll('$V', env.V)], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

describe.skipIf(process.platform === 'win32')('the command line', () => {
  it('does not mind when nobody reads what it prints', () => {
    const { code, stdout, stderr } = shell('$V scan voice --json | true; echo "${PIPESTATUS[0]}"');
    expect([code, stdout]).toEqual([0, '0\n']);
    expect(stderr).not.toContain('EPIPE');
  });

  it.each([
    ['nothing is', '2>&-'],
    ['nobody is', '2> >(true)'],
  ])('answers by its exit code where %s there to complain to', (_, redirection) => {
    expect(shell(`$V inspect missing.index ${redirection}`).code).toBe(3);
  });

  it.skipIf(process.platform !== 'linux')('says that the disk takes no more of what it prints', () => {
    // Some end in the turn in which they print.
    for (const words of ['scan voice', 'scan voice --json', 'sample --out other --minutes 1', '--help', '--version']) {
      const { code, stderr } = shell(`$V ${words} > /dev/full`);
      expect(code).toBe(3);
      expect(stderr).toContain('There is no space left on the disk for "the output". [DISK_FULL]');
    }
    expect(shell('$V inspect missing.index 2> /dev/full').code).toBe(3);
  });

  it('says that the folder is gone in which it was called', () => {
    const { code, stderr } = shell('mkdir gone && cd gone && rmdir ../gone && $V inspect a.index');
    expect(code).toBe(3);
    expect(stderr).toContain('[FOLDER_VANISHED]');
    expect(stderr).not.toContain('uv_cwd');
  });

  it('leaves a folder where it was that it could not write into', () => {
    mkdirSync(at('mine'));
    expect(shell('(ulimit -f 1; $V train voice/logs/sample --recipe rvc --out mine)').code).toBe(3);
    expect(readdirSync(at('mine'))).toEqual([]);
  });

  it('takes back what it has begun when its terminal is closed', async () => {
    mkdirSync(at('out'));
    const child = startVoronoice('train', at('voice', 'logs', 'sample'), '--recipe', 'rvc', '--out', at('out', 'new'));
    child.stderr?.once('data', () => {
      child.stderr?.destroy();
      child.kill('SIGHUP');
    });
    expect(await new Promise((settle) => child.once('exit', settle))).toBe(4);
    expect(readdirSync(at('out'))).toEqual([]);
  });
});
