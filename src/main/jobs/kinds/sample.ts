import { SAMPLE_VOICE } from '@shared/domain/voice/sampleVoice';
import type { MainKind } from './kind';

const NAME = 'Sample voice';

export const sample: MainKind<'sample'> = {
  prepare: (_request, _jobId, { sampleRoot }) => {
    const { minutes, seed } = SAMPLE_VOICE;
    return {
      work: { kind: 'sample', root: sampleRoot, name: NAME, minutes, version: 'v2', seed },
      subject: NAME,
      voice: null,
    };
  },
  lookAgain: async ({ root }, _value, { library }) => {
    await library.add(root);
  },
  result: (value) => ({ kind: 'sample', value }),
};
