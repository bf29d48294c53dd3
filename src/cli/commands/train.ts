import type { TuneLimits } from '@shared/contract/build';
import { VoronoiceError } from '@shared/contract/errors';
import { RecipeId } from '@shared/contract/primitives';
import { defineCommand, type Outcome, type Workshop } from '../command';
import { choice, onePosition, refuseUnused } from '../option';
import { LIMITS, limitsOf, recipeHelp } from '../options';
import { build, INDEX, type Training, trainingOf } from './building';

/** A training, and how its way is looked for first; null when it is given. */
interface Task {
  readonly training: Training;
  readonly search: { readonly limits: TuneLimits; readonly budgetSeconds: number } | null;
}

export const train = defineCommand({
  position: '<folder>',
  summary: 'build the index of a voice',
  about: 'Builds the index of a voice.',
  usage: '<folder> [options]',
  positions: [['<folder>', 'an experiment (logs/<name> of RVC or Applio) or a folder of .npy features']],
  options: {
    recipe: choice(
      'R',
      `${recipeHelp}\nauto: look for the best way first, then build it, with --budget, --max-size, --max-ms, --min-quality`,
      [...RecipeId.options, 'auto'],
    ),
    ...INDEX,
    ...LIMITS,
  },
  read: (words): Task => {
    const sources = [{ path: onePosition(words, 'train', 'folder'), weight: null }];
    const { recipe, budget: budgetSeconds } = words.values;
    if (recipe === 'auto') {
      return { training: trainingOf(words, sources, null), search: { limits: limitsOf(words), budgetSeconds } };
    }
    refuseUnused(words, ['budget', 'maxSize', 'maxMs', 'minQuality'], 'without --recipe auto');
    return { training: trainingOf(words, sources, recipe), search: null };
  },
  run: ({ training, search }, workshop) =>
    search === null ? build(training, workshop) : buildBest(training, search, workshop),
});

/** Looks for the best way to build, then builds the whole voice that way. */
async function buildBest(
  training: Training,
  search: NonNullable<Task['search']>,
  workshop: Workshop,
): Promise<Outcome> {
  const { seed, selection, sources } = training;
  const { candidates, proposal } = await workshop.run({
    kind: 'tune',
    folder: sources[0]?.path ?? '.',
    ...search,
    options: null,
    seed,
  });
  const best = candidates.find(({ id }) => id === proposal);
  if (best === undefined) {
    throw new VoronoiceError('TUNE_NONE_FITS', 'None of the ways that were tried keeps the limits.', {
      tried: candidates.length,
    });
  }
  workshop.say(`Best of ${candidates.length}: ${best.id} (${best.factory})`);
  // Frames that are left out, a name or a place are asked for beside any recipe.
  return build({ ...training, ...best.options, selection, nprobe: best.nprobe }, workshop);
}
