import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderFor, numbered, placeIn } from '@shared/domain/archive/place';

describe('placeIn', () => {
  it.each([
    ['Mira/weights/Mira.pth', ['Mira', 'weights', 'Mira.pth']],
    ['a:b?.pth', ['a_b_.pth']],
    ['con.index', ['_con.index']],
    ['song\u202exedni.pth', ['song_xedni.pth']],
    ['dots. /x', ['dots', 'x']],
    ['../../up/./x', ['up', 'x']],
    [`${'가'.repeat(80)}.index`, [`${'가'.repeat(54)}.index`]],
  ])('puts %j where every system takes it', (name, place) => {
    expect(placeIn(name)).toEqual(place);
  });

  it('leads nowhere else, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        for (const part of placeIn(name)) expect(part).not.toMatch(/^(\.{0,2})$|[/\\\0]/);
      }),
    );
  });
});

describe('names of folders and namesakes', () => {
  it('are those of the archive, and numbered before their ending', () => {
    expect(folderFor('Mira.zip')).toBe('Mira');
    expect(folderFor('Mira.pth.zip')).toBe('Mira');
    expect(folderFor('.zip')).toBe('_');
    expect(numbered('Mira.pth', 2)).toBe('Mira (2).pth');
    expect(numbered('Mira', 3)).toBe('Mira (3)');
  });
});
