import { describe, expect, it } from 'vitest';
import { type Named, tellApart } from '@/words/tellApart';

const row = (name: string, since: number, ...details: string[][]): Named => ({ name, since, details });

describe('names on a shelf', () => {
  it('stay as they are where no two are the same', () => {
    expect(tellApart([row('Balanced', 1, ['8']), row('Small', 2, ['1'])])).toEqual(['Balanced', 'Small']);
  });

  it('say what tells them apart, and no more', () => {
    const rows = [
      row('Balanced', 1, [], ['8']),
      row('Balanced', 2, ['Compressed'], ['8']),
      row('Small', 3, ['Compressed']),
    ];
    expect(tellApart(rows)).toEqual(['Balanced', 'Balanced · Compressed', 'Small']);
    expect(tellApart([row('Balanced', 1, [], ['8']), row('Balanced', 2, [], ['4'])])).toEqual([
      'Balanced · 8',
      'Balanced · 4',
    ]);
  });

  it('have a number where nothing does, which stays with the index however the list is sorted', () => {
    const [oldest, middle, newest] = [1, 2, 3].map((since) => row('Balanced', since, [], ['8']));
    expect(tellApart([newest!, oldest!, middle!])).toEqual(['Balanced (3)', 'Balanced', 'Balanced (2)']);
    expect(tellApart([oldest!, middle!, newest!])).toEqual(['Balanced', 'Balanced (2)', 'Balanced (3)']);
    const other = row('Balanced', 4, [], ['4']);
    expect(tellApart([oldest!, middle!, other])).toEqual(['Balanced · 8', 'Balanced · 8 (2)', 'Balanced · 4']);
  });

  it('are never two of a kind, also where a person wrote a number', () => {
    const names = tellApart([row('take (2)', 1), row('take', 2), row('take', 3), row('take', 3)]);
    expect(new Set(names).size).toBe(4);
    expect(names.slice(0, 2)).toEqual(['take (2)', 'take']);
  });
});
