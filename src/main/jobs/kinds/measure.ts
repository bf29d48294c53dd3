import { askingOf } from './asking';
import type { MainKind } from './kind';

export const measure: MainKind<'measure'> = {
  prepare: ({ kind, index: id, queries, ...how }, _jobId, { library, tokens, traces }) => {
    const { index, voice } = library.index(id);
    return {
      work: {
        kind,
        index: index.path,
        ...askingOf(voice, queries, tokens),
        nprobes: [],
        traces: traces.folder,
        ...how,
      },
      subject: index.name,
      voice: voice?.id ?? null,
    };
  },
  measured: ({ index }, measurement) => [{ path: index, measurement }],
  result: ({ verdict }) => ({ kind: 'measure', level: verdict.level }),
};
