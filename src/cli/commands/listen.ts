import { dirname } from 'node:path';
import { Nprobe } from '@shared/contract/build';
import { SLICE_PLACES } from '@shared/domain/hosts';
import { defineCommand } from '../command';
import { absolute, number, onePosition, path, usage } from '../option';
import { paragraph, percent, table } from '../words';

const folders = [...new Set(SLICE_PLACES.map(({ folder }) => folder))].join(' and ');

export const listen = defineCommand({
  position: '<index>',
  summary: 'make takes to hear what an index finds',
  about: `Makes a sketch of what an index finds for a recording, of the voice's own sound: recording.wav, true.wav (with the
true neighbors) and index.wav. It is not the converted voice.`,
  usage: '<index> --clip FILE.npy|FOLDER --out DIR [options]',
  options: {
    clip: path('FILE', 'features of the recording that asks, or a folder of them: its first 30 seconds'),
    features: path('DIR', 'the features the index was made from (default: those beside the clip)'),
    nprobe: number('N', 'groups a search looks into (default: as the index says)', Nprobe),
    out: path('DIR', 'where the takes go'),
  },
  note: `  The recordings are looked for in ${folders} beside the features.`,
  read: (words) => {
    const { clip, features, nprobe, out } = words.values;
    const index = onePosition(words, 'listen', 'index');
    if (clip === null) throw usage('listen needs --clip.');
    if (out === null) throw usage('listen needs --out.');
    const voice = features ?? (/\.npy$/i.test(clip) ? dirname(clip) : clip);
    return {
      kind: 'listen',
      indexes: [{ path: absolute(index), trace: null }],
      clip: { path: clip, pointed: null },
      voice: { path: voice, pointed: null },
      nprobe,
      out,
    } as const;
  },
  run: async ({ indexes, ...request }, { run }) => {
    const { clip, seconds, takes, traced } = await run({ ...request, indexes: [...indexes] });
    const rows = takes.map(({ name, file, logMelDb }): [string, string] => [
      name,
      `${logMelDb.toFixed(2)} dB  ${file}`,
    ]);
    return {
      text: paragraph([
        `${seconds.toFixed(1)} s of ${clip}; how far each take is from the recording (mean over its spectrum):`,
        '',
        ...table(rows),
        '',
        `${percent(traced.share)} of what the index finds has a sound.`,
      ]),
      json: { clip, seconds, takes, traced },
    };
  },
});
