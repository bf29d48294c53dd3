import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** The lines of README's section on the command line, as a person would paste them. */
const [, block = ''] = /## Without a window\n+```sh\n([^]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
const lines = block.trim().split('\n');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-readme-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has lines to run', () => {
  expect(lines.length).toBeGreaterThan(3);
});

it.each(lines)('%s', (line) => {
  const fromElsewhere = line.replace('npm run', `npm --prefix '${resolve('.')}' run`);
  const printed = execFileSync('sh', ['-c', fromElsewhere], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  expect(printed.length).toBeGreaterThan(40);
});

it('leaves the index where README says', () => {
  const built = join(folder, 'sample-voice', 'built');
  expect(existsSync(built) ? readdirSync(built) : []).toEqual([
    expect.stringMatching(/^added_IVF\d+_Flat_nprobe_\d+_sample_v2\.index$/),
  ]);
});
