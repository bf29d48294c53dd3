import { DEFAULT_SEED } from '@shared/domain/maths/random';
import type { MainKind } from './kind';

export const sift: MainKind<'sift'> = {
  prepare: ({ kind, voice: id, selection }, _jobId, { library }) => {
    const voice = library.voice(id);
    return { work: { kind, folder: voice.path, selection, seed: DEFAULT_SEED }, subject: voice.name, voice: voice.id };
  },
  result: (value) => ({ kind: 'sift', value }),
};
