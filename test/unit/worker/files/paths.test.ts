import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathId } from '../../../../src/worker/files/paths';

describe('pathId', () => {
  const home = join(sep, 'stick', 'data');

  it("stays the same for what lies in the app's own folder, wherever that is", () => {
    const here = pathId(join(home, 'sample', 'logs', 'x'), home);
    expect(pathId(join(sep, 'other', 'sample', 'logs', 'x'), join(sep, 'other'))).toBe(here);
    expect(pathId(join(home, 'sample', 'logs', 'y'), home)).not.toBe(here);
  });

  it('tells apart what lies elsewhere, by its whole path', () => {
    const outside = join(sep, 'stick', 'database');
    expect(pathId(outside, home)).toBe(pathId(outside, null));
    expect(pathId(outside, home)).not.toBe(pathId(join(sep, 'other', 'database'), home));
  });
});
