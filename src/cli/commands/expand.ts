import type { RequestOf } from '@shared/jobs';
import { defineCommand } from '../command';
import { needed, onePosition, path, refuseUnused } from '../option';
import { expansionAsked, recipe } from '../options';
import { count, duration, paragraph } from '../words';
import { build, INDEX, type Training, trainingOf } from './building';
import { expansionLine } from './reports';

type Task = Training | RequestOf<'expand'>;

export const expand = defineCommand({
  position: '<folder>',
  summary: 'build it of frames blended with their nearest ones (alpha query expansion)',
  about:
    'Blends every frame with its nearest ones (alpha query expansion) and builds an index of the result. Experimental.',
  usage: '<folder|index> --alpha A --neighbors K --out DIR [options]',
  options: {
    by: path('PATH', 'expand the frames of <folder> by these vectors instead, into .npy files in --out, a new folder'),
    recipe,
    ...INDEX,
  },
  read: (words): Task => {
    const source = onePosition(words, 'expand', 'folder or index');
    const { by, seed, recipe: chosen } = words.values;
    const out = needed(words.values.out, 'out');
    const expansion = expansionAsked(words);
    if (by === null) {
      const training = trainingOf(
        { ...words, values: { ...words.values, alpha: expansion.alpha } },
        [{ path: source, weight: null }],
        chosen,
      );
      return { ...training, out };
    }
    refuseUnused(words, BUILDING, 'with --by, which builds no index');
    return { kind: 'expand', folder: source, by, ...expansion, seed, out };
  },
  run: async (task, workshop) => {
    if (task.kind === 'train') return build(task, workshop);
    const value = await workshop.run(task);
    const { folder, files, frames, seconds } = value;
    return {
      text: paragraph([
        `${count(frames)} frames in ${count(files)} files expanded in ${duration(seconds.total)}.`,
        expansionLine(value),
        folder,
      ]),
      json: value,
    };
  },
});

/** Options that say something about an index. */
const BUILDING = [
  'recipe',
  'factory',
  'metric',
  'nprobe',
  'kFactor',
  'compress',
  'compressMethod',
  'drop',
  'dropSilence',
  'dropDuplicates',
  'dropOutliers',
  'maxMemory',
  'name',
  'totalFea',
] as const;
