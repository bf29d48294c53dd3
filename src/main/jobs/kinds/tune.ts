import { DEFAULT_SEED } from '@shared/domain/maths/random';
import type { MainKind } from './kind';

export const tune: MainKind<'tune'> = {
  prepare: ({ kind, voice: id, budgetSeconds, options, limits }, _jobId, { library }) => {
    const voice = library.voice(id);
    return {
      work: { kind, folder: voice.path, budgetSeconds, options, limits, seed: DEFAULT_SEED },
      subject: voice.name,
      voice: voice.id,
    };
  },
  result: (value) => ({ kind: 'tune', value }),
};
