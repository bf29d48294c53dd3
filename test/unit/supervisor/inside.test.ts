import { isAbsolute, relative, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInside, overlaps } from '../../../src/supervisor/inside';

/** Names that lead somewhere else, or look as if they did. */
const name = fc.constantFrom('a', 'b', 'ab', 'a b', '.', '..', '.a', '..a', 'a.', '', 'A');
const path = fc
  .tuple(fc.constantFrom('', '/', '//'), fc.array(name, { maxLength: 5 }))
  .map(([start, names]) => start + names.join('/'));

describe('a path', () => {
  it.each([
    ['/a', '/a', true],
    ['/a/b', '/a', true],
    ['/ab', '/a', false],
    ['/a', '/a/b', false],
    ['/a/../b', '/a', false],
    ['/a/./b', '/a', true],
    ['/a//b', '/a/', true],
    ['/a', '/', true],
    ['/..a', '/', true],
  ])('%s in %s: %s', (one, other, inside) => expect(isInside(one, other)).toBe(inside));

  it('lies where the way to it does not lead out, however it is spelled', () => {
    fc.assert(
      fc.property(path, path, (one, other) => {
        const way = relative(other, one);
        const inside = way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
        expect(isInside(one, other)).toBe(inside);
        expect(overlaps(one, other)).toBe(isInside(one, other) || isInside(other, one));
      }),
      { numRuns: 5_000 },
    );
  });
});
