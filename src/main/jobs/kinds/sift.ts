import { DEFAULT_SEED } from '@shared/domain/maths/random';
import type { MainKind } from './kind';

export const sift: MainKind<'sift'> = {
  prepare: ({ kind, voice: id, selection }, _jobId, { library, marks, pointed }) => {
    const voice = library.voice(id);
    return {
      work: {
        kind,
        folder: voice.path,
        pointed: pointed.of(id),
        selection: { ...selection, moments: [...selection.moments, ...marks.get(id)] },
        seed: DEFAULT_SEED,
      },
      subject: voice.name,
      voice: voice.id,
    };
  },
  result: (value) => ({ kind: 'sift', value }),
};
