import { describe, expect, it } from 'vitest';
import { PLURAL_RULES } from '@/language/plurals';

describe('Russian', () => {
  const form = (count: number, forms: number): number => PLURAL_RULES.ru(count, forms);

  it.each([
    [0, 2],
    [1, 0],
    [2, 1],
    [4, 1],
    [5, 2],
    [11, 2],
    [12, 2],
    [21, 0],
    [22, 1],
    [25, 2],
    [1_001, 0],
    [1.5, 1],
  ])('says %d in form %d of three', (count, place) => {
    expect(form(count, 3)).toBe(place);
    expect(form(count, 4)).toBe(count === 0 ? 0 : place + 1);
  });

  it('always has a form', () => {
    for (const forms of [1, 2, 3, 4]) {
      for (let count = 0; count < 200; count++) expect(form(count, forms)).toBeLessThan(forms);
    }
  });
});
