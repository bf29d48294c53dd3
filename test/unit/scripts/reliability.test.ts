import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../../../scripts/reliability/faissSource.mjs';
import { pageOf, sectionOf, sectionsIn } from '../../../scripts/reliability/page.mjs';
import { gate } from '../../../scripts/reliability/parts/gate.mjs';
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

describe('docs/reliability.md', () => {
  const page = readFileSync('docs/reliability.md', 'utf8');

  it('keeps the sections of parts that are not done again', () => {
    const before = sectionsIn(page);
    const titles = [...before.keys()].filter((title) => !/^(?:Found and mended|Where each )/.test(title));
    expect(titles.length).toBeGreaterThan(10);
    const after = sectionsIn(
      pageOf(
        titles.map((title) => ({ ...gate, title })),
        before,
      ),
    );
    for (const title of titles) expect(after.get(title)).toBe(before.get(title));
  });

  const figures = { seconds: 1, seed: 2, tried: 3, accepted: 4, kept: 5, findings: 0 };
  const plain = { faiss: 'reading', failed: 0, figures };
  const withFaiss = sectionOf(gate, { ...plain, faiss: 'whole' }, '2026-01-01', undefined).section;

  it('keeps what was found with sanitizers in FAISS itself, unless something fails without them', () => {
    expect(sectionOf(gate, plain, '2026-02-02', withFaiss)).toMatchObject({
      section: withFaiss,
      kept: expect.stringContaining('FAISS_SOURCE') as string,
    });
    for (const result of [
      { ...plain, failed: 1 },
      { ...plain, faiss: 'whole' },
    ]) {
      expect(sectionOf(gate, result, '2026-02-02', withFaiss)).toMatchObject({ kept: null });
      expect(sectionOf(gate, result, '2026-02-02', withFaiss).section).toContain('2026-02-02');
    }
    expect(sectionOf(gate, plain, '2026-02-02', undefined).kept).toBeNull();
  });
});

describe('the archives of the system', () => {
  it('are asked for sources, whichever way apt is told of them', () => {
    const line = 'deb [signed-by=/k.gpg] http://a.example/debian stable main\n';
    expect(sourcesOf('/etc/apt/sources.list', `# deb of old\n${line}`)).toBe(`# deb of old\ndeb-src${line.slice(3)}`);
    expect(sourcesOf('a.list', 'deb-src http://a.example stable main')).toBe('deb-src http://a.example stable main');
    const paragraph = (types: string): string => `Types: ${types}\nURIs: http://a.example/debian\nSigned-By: /k.gpg\n`;
    expect(sourcesOf('a.sources', paragraph('deb'))).toBe(paragraph('deb-src'));
    expect(sourcesOf('a.sources', paragraph('deb deb-src'))).toBe(paragraph('deb-src'));
  });
});
