import { VoronoiceError } from '@shared/contract/errors';
import { askingOf } from './asking';
import type { MainKind } from './kind';

export const compare: MainKind<'compare'> = {
  prepare: ({ kind, indexes, queries }, _jobId, { library, tokens, traces }) => {
    const [first, ...others] = indexes.map((id) => library.index(id));
    if (first === undefined) throw new VoronoiceError('BAD_REQUEST', 'There is nothing to compare.');
    return {
      work: {
        kind,
        indexes: [first, ...others].map(({ index }) => index.path),
        ...askingOf(first.voice, queries, tokens),
        traces: traces.folder,
      },
      subject: first.voice?.name ?? first.index.name,
      voice: first.voice?.id ?? null,
    };
  },
  measured: ({ indexes }, { items }) =>
    indexes.flatMap((path, place) => {
      const measurement = items[place];
      return measurement === undefined ? [] : [{ path, measurement }];
    }),
  result: ({ items }) => ({ kind: 'compare', count: items.length }),
};
