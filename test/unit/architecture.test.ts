import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Locale } from '@shared/contract/languages';
import { Host } from '@shared/contract/primitives';
import { jobPages, workKinds } from '@shared/jobs';

const text = readFileSync('ARCHITECTURE.md', 'utf8');

/** What stands for one of each in the table "Where to add". */
const PLACEHOLDERS: Readonly<Record<string, readonly string[]>> = {
  '<host>': Host.options,
  '<kind>': Object.keys(workKinds),
  '<job>': Object.keys(jobPages),
  '<language>': Locale.options,
};

/** Comparing is measuring several times over, by the same frames: one file has both. */
const SHARED_HOMES: readonly string[] = ['src/worker/jobs/compare.ts'];

/** Files that share a folder with the homes above and are none. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'src/shared/jobs': ['index', 'kind', 'fields', 'progress'],
  'src/main/jobs/kinds': ['index', 'kind', 'asking'],
};

const paths = [...text.matchAll(/`((?:src|resources|docs|test|scripts|native)[\w/.<>-]*)`/g)].map(
  ([, path]) => path ?? '',
);
const templates = [...new Set(paths.filter((path) => path.includes('<')))];

function placeholderOf(template: string): string {
  return /<\w+>/.exec(template)?.[0] ?? '';
}

describe('ARCHITECTURE.md', () => {
  it('names only files and folders that exist', () => {
    const plain = paths.filter((path) => !path.includes('<'));
    expect(plain.length).toBeGreaterThan(30);
    expect(plain.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('says what to write for a host, a kind of job and a language', () => {
    expect([...new Set(templates.map(placeholderOf))].sort()).toEqual(Object.keys(PLACEHOLDERS).sort());
  });

  it.each(templates)('%s exists for each', (template) => {
    const placeholder = placeholderOf(template);
    const files = (PLACEHOLDERS[placeholder] ?? []).map((name) => template.replace(placeholder, name));
    expect(files.filter((path) => !existsSync(path) && !SHARED_HOMES.includes(path))).toEqual([]);
  });

  it.each(Object.entries(OTHERS))('every other file of %s has a kind', (folder, others) => {
    const template = templates.find((path) => path.startsWith(`${folder}/<`)) ?? '';
    const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
    const known = PLACEHOLDERS[placeholderOf(template)] ?? [];
    expect(names.filter((name) => !known.includes(name) && !others.includes(name))).toEqual([]);
  });
});
