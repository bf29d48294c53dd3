import { expect, it } from 'vitest';
import { search } from '@/app/palette';
import { folded } from '@shared/domain/voice/naming';

const named = (...names: readonly string[]) => names.map((name) => ({ name, folded: folded(name) }));
const namesOf = ({ shown }: { readonly shown: readonly { readonly name: string }[] }) => shown.map(({ name }) => name);

it('finds without case and accents, the closest first', () => {
  const voices = named('Big Ángel', 'Tangel', 'ANGELA', 'Bob');
  expect(namesOf(search(voices, 'angel', 9))).toEqual(['ANGELA', 'Big Ángel', 'Tangel']);
  expect(search(voices, 'angel', 9).rank).toBe(0);
});

it('finds by several words in any order', () => {
  expect(namesOf(search(named('Aria live 2024', 'Aria studio'), '2024 ar', 9))).toEqual(['Aria live 2024']);
});

it('finds nothing where nothing fits', () => {
  expect(search(named('Aria'), 'x', 9)).toEqual({ shown: [], more: 0, rank: 3 });
});

it('shows few of many, says how many more, and takes no time for 5,000 voices', () => {
  const voices = Array.from({ length: 5_000 }, (_, number) => ({ folded: `voice ${number}` }));
  const started = performance.now();
  const found = search(voices, 'voice', 6);
  expect(performance.now() - started).toBeLessThan(200);
  expect(found.shown).toHaveLength(6);
  expect(found.more).toBe(4_994);
  expect(search(voices, '', 6).shown).toHaveLength(6);
});
