import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../scripts/reliability/rules.mjs';
import { FAULT_KINDS } from '../../../scripts/reliability/rules/findings.mjs';

const tests = RULES.flatMap(({ id, tests: named }) => named.map(([file, title]) => ({ id, file, title })));

describe('a kind of fault', () => {
  it.each(FAULT_KINDS)('$text: is kept away by tests that there are', ({ tests: named }) => {
    expect(named.length).toBeGreaterThan(0);
    for (const [file, title] of named) expect(readFileSync(file, 'utf8')).toContain(title);
  });
});

describe('a promise', () => {
  it.each(tests)('$id is held by $file: $title', ({ file, title }) => {
    expect(readFileSync(file, 'utf8').replaceAll("\\'", "'")).toContain(title);
  });

  it.each(RULES)('$id is the number by which a test is called', ({ id, tests: named }) => {
    const called = named.filter(([, title]) => /^((?:[A-Z]\d+(?:, )?)+): /.exec(title)?.[1]?.split(', ').includes(id));
    expect(called.length).toBeGreaterThan(0);
  });

  it('comes once, and stands in docs/reliability.md', () => {
    const ids = RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const page = readFileSync('docs/reliability.md', 'utf8');
    expect(ids.filter((id) => !page.includes(`| ${id} `))).toEqual([]);
  });
});
