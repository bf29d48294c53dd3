import type { Voice } from '@shared/contract/voices';
import { DEFAULT_SEED } from '@shared/domain/maths/random';
import { MOST_QUERIES } from '@shared/domain/measures/holdOut';
import type { RequestOf } from '@shared/jobs';
import type { PrepareServices } from './kind';

/** Who asks when an index is measured: the chosen folder, else what the voice was made of. */
export function askingOf(
  voice: Voice | null,
  queries: string | null,
  tokens: PrepareServices['tokens'],
): Pick<RequestOf<'measure'>, 'features' | 'queries' | 'seed' | 'most'> {
  return {
    features: voice === null || voice.featuresPath === null ? null : voice.path,
    queries: queries === null ? null : tokens.take(queries, ['folder']).path,
    seed: DEFAULT_SEED,
    most: MOST_QUERIES,
  };
}
