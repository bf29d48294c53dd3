import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const text = readFileSync('docs/inputs.md', 'utf8');
const kinds = text.split(/^- /mu).slice(1);
const tests = [...text.matchAll(/`(test\/[^`]+)`: “([^”]+)”/gu)].map(([, file = '', title = '']) => ({ file, title }));

describe('docs/inputs.md', () => {
  it('names a test for every kind of input', () => {
    expect(kinds.length).toBeGreaterThan(25);
    expect(kinds.filter((kind) => !/`test\/[^`]+`: “/u.test(kind))).toEqual([]);
  });

  it.each(tests)('$file: $title', ({ file, title }) => {
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8').replaceAll("\\'", "'")).toContain(title);
  });
});
