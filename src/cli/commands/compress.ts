import { Compression } from '@shared/contract/build';
import { usualCompression } from '@shared/domain/recipes/recipes';
import { defineCommand } from '../command';
import { needed, number, onePosition, path, usage } from '../option';
import { compressMethod, maxMemory, seed, SELECTION, selectionOf } from '../options';
import { count, duration, megabytes, paragraph } from '../words';
import { compressionLine } from './reports';

/** Under another name it would be taken for what it is not. */
function framesFile(out: string): string {
  if (!/\.npy$/i.test(out)) throw usage('--out needs a name that ends in .npy.');
  return out;
}

export const compress = defineCommand({
  position: '<folder>',
  summary: 'reduce the frames to few vectors',
  about: 'Reduces the frames of a voice to the centers of k-means, in one .npy file.',
  usage: '<folder> --clusters N --out FILE.npy [options]',
  options: {
    clusters: number('N', 'vectors to reduce the frames to', Compression.entries.clusters),
    compressMethod,
    ...SELECTION,
    maxMemory,
    seed: seed('seed of the k-means'),
    out: path('FILE', 'the .npy file'),
  },
  read: (words) =>
    ({
      kind: 'compress',
      folder: onePosition(words, 'compress', 'folder'),
      clusters: needed(words.values.clusters, 'clusters'),
      method: words.values.compressMethod ?? usualCompression(null),
      selection: selectionOf(words),
      seed: words.values.seed,
      out: framesFile(needed(words.values.out, 'out')),
      memoryLimit: words.values.maxMemory,
    }) as const,
  run: async (request, { run }) => {
    const value = await run(request);
    const { file, frames, vectors, bytes, seconds } = value;
    return {
      text: paragraph([
        `${count(frames)} frames became ${count(vectors)} vectors, ${megabytes(bytes)}, in ${duration(seconds.total)}.`,
        compressionLine(value),
        file,
      ]),
      json: value,
    };
  },
});
