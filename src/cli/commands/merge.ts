import * as v from 'valibot';
import { MOST_SOURCES } from '@shared/contract/record';
import { defineCommand } from '../command';
import { absolute, needed, numbers, usage } from '../option';
import { recipe } from '../options';
import { build, INDEX, trainingOf } from './building';

export const merge = defineCommand({
  position: '<a> <b> …',
  summary: 'build one index of several voices',
  about: 'Builds one index of several voices. Their features must have the same dimension and embedder.',
  usage: '<a> <b> … --out DIR [options]',
  positions: [['<a> <b> …', `experiments, folders of .npy features or indexes, up to ${MOST_SOURCES}`]],
  options: {
    share: numbers(
      '0.5,0.5',
      'part of each; as many frames are kept as that allows (default: every frame of each)',
      v.pipe(v.number(), v.minValue(0)),
    ),
    recipe,
    ...INDEX,
  },
  read: (words) => {
    const { positions, values } = words;
    if (positions.length < 2) throw usage('merge needs at least two folders or indexes.');
    if (positions.length > MOST_SOURCES) throw usage(`merge takes at most ${MOST_SOURCES} folders or indexes.`);
    needed(values.out, 'out');
    const { share: weights } = values;
    if (weights !== null && weights.length !== positions.length) {
      throw usage(`--share needs ${positions.length} numbers, one for each.`);
    }
    if (weights?.every((weight) => weight === 0) === true) throw usage('--share needs one number above 0.');
    const sources = positions.map((path, at) => ({ path: absolute(path), weight: weights?.[at] ?? null }));
    return trainingOf(words, sources, values.recipe);
  },
  run: build,
});
