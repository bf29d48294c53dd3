import { Version } from '@shared/contract/primitives';
import { SAMPLE_VOICE } from '@shared/domain/voice/sampleVoice';
import { sample as kind } from '@shared/jobs/sample';
import { seed as seedField } from '@shared/jobs/fields';
import { defineCommand } from '../command';
import { absolute, choice, initially, number, path, text, usage } from '../option';
import { count, megabytes, minutes, paragraph } from '../words';

export const sample = defineCommand({
  position: '',
  summary: 'make the features of a voice to try things on',
  about: 'Makes the features of a voice that does not exist, to try things on.',
  usage: '[options]',
  options: {
    out: path('DIR', 'folder that will hold logs/<name> (default: sample-voice)'),
    name: initially(text('NAME', 'name of the voice'), 'sample'),
    minutes: initially(number('M', 'length', kind.request.entries.minutes), SAMPLE_VOICE.minutes),
    version: initially(choice('V', 'v1 (256 columns) or v2 (768)', Version.options), 'v2'),
    seed: initially(number('S', 'another seed is another voice', seedField), SAMPLE_VOICE.seed),
  },
  read: ({ positions, values: { out, name, minutes: length, version, seed } }) => {
    if (positions.length > 0) throw usage('sample takes no folder; use --out.');
    return { kind: 'sample', root: out ?? absolute('sample-voice'), name, minutes: length, version, seed } as const;
  },
  run: async (request, { run }) => {
    const value = await run(request);
    const { folder, files, frames, bytes } = value;
    return {
      text: paragraph([
        `A voice to try: ${minutes(frames)}, ${count(frames)} frames in ${count(files)} files, ${megabytes(bytes)}.`,
        folder,
      ]),
      json: value,
    };
  },
});
