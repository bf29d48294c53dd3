import { basename } from 'node:path';
import type { MainKind } from './kind';

export const unpack: MainKind<'unpack'> = {
  prepare: ({ kind, archive: token }, _jobId, { tokens, unpackedRoot }) => {
    const { path: archive } = tokens.take(token, ['file']);
    return { work: { kind, archive, root: unpackedRoot }, subject: basename(archive).slice(0, 300), voice: null };
  },
  lookAgain: async ({ root }, _value, { library }) => {
    await library.add(root);
  },
  result: (value) => ({ kind: 'unpack', value }),
};
