import type { Figure } from '@shared/contract/measurement';
import { compareMeasurements } from '@shared/domain/measures/compare';
import type { ResultOf } from '@shared/jobs';
import { defineCommand } from '../command';
import { absolute, usage } from '../option';
import { ASKING } from '../options';
import { paragraph, table } from '../words';
import { measurementJson } from './measurement';

export const compare = defineCommand({
  position: '<index> …',
  summary: 'measure two to four indexes by the same frames',
  about: 'Measures two to four indexes by the same frames and says which is better, and where they are level.',
  usage: '<index> <index> [<index> <index>] [options]',
  options: ASKING,
  read: ({ positions, values: { features, queries, most, seed } }) => {
    if (positions.length < 2 || positions.length > 4) throw usage('compare needs two to four indexes.');
    const indexes = positions.map((path) => absolute(path));
    return { kind: 'compare', indexes, features, queries, most, seed, traces: null } as const;
  },
  run: async (request, { run }) => {
    const value = await run(request);
    const { items } = value;
    return {
      text: compareText(request.indexes, value),
      json: {
        items: items.map((item, place) => ({ index: request.indexes[place], ...measurementJson(item) })),
        rows: compareMeasurements(items),
      },
    };
  },
});

function compareText(indexes: readonly string[], { items }: ResultOf<'compare'>): string {
  const rows = compareMeasurements(items);
  const name = (place: number): string => `index ${place + 1}`;
  return paragraph([
    ...indexes.map((path, place) => `${name(place)}: ${path}`),
    '',
    ...table(
      rows.map(({ metric, figures, winner, level }): [string, string] => [
        metric,
        `${figures.map((figure) => (figure === null ? '-' : figure.value.toPrecision(3)).padEnd(10)).join('')} ${
          winner !== null ? `${name(winner)} is better` : level.length > 1 ? levelWord(figures) : ''
        }`,
      ]),
    ),
  ]);
}

function levelWord(figures: readonly (Figure | null)[]): string {
  return new Set(figures.map((figure) => figure?.value)).size === 1 ? 'equal' : 'within the interval';
}
