import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathId, requireIndexName, requireVoiceName } from '../../../../src/worker/files/paths';

describe('names that work on every system', () => {
  it.each(['Voice', '가수 1', 'ü #1 & co', 'console', 'nullify', 'com10', 'auxiliary.v2', '.hidden'])('%j', (name) => {
    expect(() => requireVoiceName(name)).not.toThrow();
    expect(() => requireIndexName(`${name}.index`)).not.toThrow();
  });

  it.each([
    ...['', ' ', ' a', 'a ', 'a.', 'a/b', 'a\\b', 'C:', 'a?', 'a*', '"a"', '<a>', 'a|b', 'a\u0000', 'a\n'],
    ...['a\u202exedni', '\u2066a', 'a\u2028b', 'a\ud800', '\udc00'],
    ...['con', 'PRN', 'aux', 'nul', 'COM1', 'lpt9', 'com¹', 'LPT³', 'CONIN$', 'nul.txt', 'Con .x', 'a'.repeat(201)],
  ])('W4: but not %j', (name) => {
    expect(() => requireVoiceName(name)).toThrow();
    expect(() => requireIndexName(`${name}.index`)).toThrow();
  });

  it('and an index ends in .index, in any case', () => {
    expect(() => requireIndexName('a.INDEX')).not.toThrow();
    for (const name of ['a.npy', 'a.index.npy']) expect(() => requireIndexName(name)).toThrow('.index');
  });
});

describe('pathId', () => {
  const home = join(sep, 'stick', 'data');

  it("stays the same for what lies in the app's own folder, wherever that is", () => {
    const here = pathId(join(home, 'sample', 'logs', 'x'), home);
    expect(pathId(join(sep, 'other', 'sample', 'logs', 'x'), join(sep, 'other'))).toBe(here);
    expect(pathId(join(home, 'sample', 'logs', 'y'), home)).not.toBe(here);
  });

  it('is the one that libraries keep', () => {
    expect(pathId('/voices/aria', null)).toBe('a15fe07664c1a7f0');
  });

  it('tells apart what lies elsewhere, by its whole path', () => {
    const outside = join(sep, 'stick', 'database');
    expect(pathId(outside, home)).toBe(pathId(outside, null));
    expect(pathId(outside, home)).not.toBe(pathId(join(sep, 'other', 'database'), home));
  });
});
