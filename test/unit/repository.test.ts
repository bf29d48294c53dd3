import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json';

const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).split('\n').filter(Boolean);
const texts = tracked.filter((path) =>
  /\.(?:ts|vue|js|mjs|cjs|json|md|py|cc|h|txt|css|html|svg|yml)$|ci\/run$/.test(path),
);
const readme = readFileSync('README.md', 'utf8');

describe('the repository', () => {
  it('names no package registry, so that it installs from whichever one is set up', () => {
    const registry = new RegExp(['registry\\.npm' + 'js', 'npm' + 'mirror', 'deb\\.debi' + 'an\\.org'].join('|'));
    expect(texts.filter((path) => registry.test(readFileSync(path, 'utf8')))).toEqual([]);
  });

  it('holds no path of the machine it was written on', () => {
    const machine = new RegExp('/(?:wo' + 'rk|ro' + 'ot)/');
    expect(texts.filter((path) => path !== 'package-lock.json' && machine.test(readFileSync(path, 'utf8')))).toEqual(
      [],
    );
  });
});

describe('the code', () => {
  it('says why wherever it passes over whatever went wrong', () => {
    const sources = tracked.filter((path) => /^src\/.*\.(?:ts|vue)$/.test(path));
    const silent = sources.flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/catch \{\n(?!\s*\/\/)/g)].map(({ index }) => `${path} at ${index}`),
    );
    expect(sources.length).toBeGreaterThan(400);
    expect(silent).toEqual([]);
  });
});

describe('README', () => {
  const scripts: Readonly<Record<string, string>> = packageJson.scripts;

  it('names only commands that exist', () => {
    const named = [...readme.matchAll(/npm (?:run )?(?:-s )?(start|test|run|[a-z:]+)/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('links only to files that exist', () => {
    // But for GitHub's pages of releases, which are two folders above a file of the repository.
    const links = [...readme.matchAll(/\]\((?!https?:|\.\.\/\.\.\/releases(?:\/latest)?\))([^)#]+)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });
});

describe.each(tracked.filter((path) => path.endsWith('.md') && path !== 'README.md'))('%s', (path) => {
  it('links only to files that exist', () => {
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
    const links = [...readFileSync(path, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !existsSync(folder + link))).toEqual([]);
  });
});
