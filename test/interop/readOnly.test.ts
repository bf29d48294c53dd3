import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { getuid } from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import { useCommandLine } from './command';

/** Files that may be read and not written to, as from a disc, a share or a teacher, are as good as any to work with. */

/** Root may write to all files: then the program runs as somebody who owns nothing. */
const NOBODY = 65_534;
const ORDINARY = getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
const folder = useCommandLine();
const at = (...names: readonly string[]): string => join(folder.path, ...names);

function voronoice(...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('out/cli/index.js'), ...words], {
    encoding: 'utf8',
    ...ORDINARY,
  });
  return status === 0 ? 'done' : `${stdout}${stderr}`;
}

function only(path: string): string {
  const [name = ''] = readdirSync(path).filter((found) => found.endsWith('.index'));
  return join(path, name);
}

describe.skipIf(process.platform === 'win32')('a voice that may only be read', () => {
  beforeAll(() => {
    chmodSync(dirname(folder.path), 0o755);
    for (const place of [at(), at('host'), at('host', 'logs')]) {
      mkdirSync(place, { recursive: true });
      chmodSync(place, 0o777);
    }
    expect(voronoice('sample', '--out', at('voice'), '--minutes', '1')).toBe('done');
    for (const entry of readdirSync(at('voice'), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o444);
    }
  });

  it('is built, and its index is the person’s own', () => {
    expect(voronoice('train', at('voice', 'logs', 'sample'), '--out', at('built'))).toBe('done');
    expect(statSync(only(at('built'))).mode & 0o200).toBe(0o200);
  });

  it.each([
    ['compress', 'centers.npy', '--clusters', '64'],
    ['expand', 'blended', '--alpha', '3', '--neighbors', '5'],
  ])('gives what %s makes of it', (command, out, ...words) => {
    expect(voronoice(command, at('voice', 'logs', 'sample'), '--out', at(out), ...words)).toBe('done');
  });

  it.each(['copied', 'linked'])('has an index that is %s to a host, also one that may only be read', (way) => {
    const index = only(at('built'));
    chmodSync(index, 0o444);
    const words = ['export', index, '--host', 'rvc', '--root', at('host'), '--name', way];
    expect(voronoice(...words, ...(way === 'linked' ? ['--link'] : []))).toBe('done');
  });

  it('has an index that is mended in a copy', () => {
    const words = ['repair', only(at('built')), '--nprobe', '2', '--out', at('mended.index')];
    expect(voronoice(...words)).toBe('done');
  });
});
