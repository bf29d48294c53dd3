import * as v from 'valibot';
import {
  BuildOptions,
  Compression,
  Expansion,
  Metric,
  Nprobe,
  Selection,
  TuneLimits,
  unlessEmpty,
  USUAL_EXPANSION,
} from '@shared/contract/build';
import { VoronoiceError } from '@shared/contract/errors';
import { RecipeId } from '@shared/contract/primitives';
import { Mark } from '@shared/contract/sound';
import { MOST_QUERIES } from '@shared/domain/measures/holdOut';
import { usualCompression } from '@shared/domain/recipes/recipes';
import { DEFAULT_SEED } from '@shared/domain/maths/random';
import { asking as askingFields, seed as seedField } from '@shared/jobs/fields';
import { TuneRequest } from '@shared/jobs/tune';
import {
  alias,
  choice,
  flag,
  initially,
  megabytes,
  number,
  numberOf,
  type Option,
  path,
  refuseUnused,
  text,
  texts,
  type Words,
} from './option';

/** Groups of options that several commands have, and what they ask for. */

export const seed = (what: string): Option<number> => initially(number('S', what, seedField), DEFAULT_SEED);

export const maxMemory = megabytes('keep the frames in a scratch file when they need more');

/** Null: as is usual for the recipe. */
export const compressMethod = alias(
  choice(
    'M',
    'kmeans (default): of all frames; minibatch (of rvc and applio): less close',
    Compression.entries.method.options,
  ),
  'method',
);
/** Frames that are left out. */
export const SELECTION = {
  speaker: text('S', 'of several speakers take this one only; "scan" names them'),
  drop: texts('FILE', 'leave a file out; may be given several times'),
  dropMoments: texts('F:A-B', 'leave out frames A up to B, without B, of the file F; may be given several times'),
  dropSilence: flag('leave out frames that are the same as the one before'),
  dropDuplicates: flag('leave out frames that are the same as any before'),
  dropOutliers: number(
    'P',
    'leave out this share of the frames, those farthest from all others (at most 0.5)',
    Selection.entries.outliers,
  ),
} as const;

/** Null when nothing is left out. */
export function selectionOf({ values }: Words<typeof SELECTION>): Selection | null {
  const { drop, dropMoments, dropSilence: silence, dropDuplicates: duplicates, dropOutliers, speaker } = values;
  const moments = dropMoments.map(markOf);
  const outliers = dropOutliers ?? 0;
  const only = speaker === null ? {} : { speaker };
  return unlessEmpty({ moments, files: [...drop], ...only, silence, duplicates, outliers });
}

/** @throws `USAGE` */
function markOf(word: string): Mark {
  const [, file, from, to] = /^(.+):(\d+)-(\d+)$/.exec(word) ?? [];
  const mark = v.safeParse(Mark, { file, from: Number(from), to: Number(to) });
  if (mark.success) return mark.output;
  throw new VoronoiceError(
    'USAGE',
    `--drop-moments needs a file, a colon and two frames, as 0_1.npy:10-20, not "${word}".`,
    { word },
  );
}

/** Frames that are blended with their nearest ones. */
const EXPANSION = {
  alpha: number(
    'A',
    'blend frames with their nearest ones, weighted by cosine to this power (3 is usual)',
    Expansion.entries.alpha,
  ),
  neighbors: alias(number('K', 'that many (10 is usual)', Expansion.entries.neighbors), 'neighbours'),
  noSelf: flag('without the frame itself'),
  noRestoreNorm: flag('leave the result at norm 1; RVC then sounds wrong'),
  repeat: number('N', 'expand N times', Expansion.entries.repetitions),
  exact: flag('find the neighbors by comparing every pair'),
} as const;

export function expansionAsked({ values }: Words<typeof EXPANSION>): Expansion {
  return {
    alpha: values.alpha ?? USUAL_EXPANSION.alpha,
    neighbors: values.neighbors ?? USUAL_EXPANSION.neighbors,
    includeSelf: !values.noSelf,
    restoreNorms: !values.noRestoreNorm,
    repetitions: values.repeat ?? USUAL_EXPANSION.repetitions,
    search: values.exact ? 'exact' : 'fast',
  };
}

/** Null unless it is asked for, by any of the two numbers that make it. */
function expansionOf(words: Words<typeof EXPANSION>): Expansion | null {
  if (words.values.alpha !== null || words.values.neighbors !== null) return expansionAsked(words);
  refuseUnused(words, ['noSelf', 'noRestoreNorm', 'repeat', 'exact'], 'without --alpha or --neighbors');
  return null;
}

const CLUSTERS = 'reduce the frames to N vectors first; none: not even where the recipe would';
const compress = alias(text('N', CLUSTERS), 'clusters');

/** How an index is built, beside its recipe. */
export const BUILD = {
  factory: text('STR', "FAISS index factory string, instead of the recipe's"),
  metric: initially(choice('M', 'l2, ip or cosine; hosts need l2', Metric.options), 'l2'),
  nprobe: number('N', "groups a search looks into, instead of the recipe's choice", Nprobe),
  kFactor: number(
    'F',
    'candidates that RFlat looks at again, as a multiple of those asked for',
    BuildOptions.entries.kFactor.wrapped,
  ),
  compress,
  compressMethod,
  ...EXPANSION,
  ...SELECTION,
} as const;

export const recipeHelp = `balanced (default): every frame in groups of 13; as few searched as come out the same as with all of them
best: the same groups, as many searched as realtime allows
small: the same groups, each number rounded to a byte
rvc: exactly RVC's rules; applio: exactly Applio's`;

export const recipe = choice('R', recipeHelp, RecipeId.options);

/** How an index of a recipe is built. */
export function buildOptionsOf(words: Words<typeof BUILD>, recipe: RecipeId): BuildOptions {
  const { factory, metric, nprobe, kFactor } = words.values;
  return {
    recipe,
    factory,
    metric,
    nprobe,
    kFactor,
    compression: compressionOf(words, recipe),
    expansion: expansionOf(words),
    selection: selectionOf(words),
  };
}

function compressionOf(words: Words<typeof BUILD>, recipe: RecipeId): BuildOptions['compression'] {
  const { compress: clusters, compressMethod: method } = words.values;
  if (clusters === null || clusters === 'none') {
    refuseUnused(words, ['compressMethod'], 'without --compress N');
    return clusters;
  }
  return {
    clusters: numberOf(clusters, 'compress', Compression.entries.clusters),
    method: method ?? usualCompression(recipe),
  };
}

/** Long enough for every usual candidate on a voice of an hour. */
const BUDGET_SECONDS = 120;

/** How long the best is looked for, and what it must keep. */
export const LIMITS = {
  budget: initially(number('S', 'seconds to look', TuneRequest.entries.budgetSeconds), BUDGET_SECONDS),
  maxSize: megabytes('largest file'),
  maxMs: number('MS', 'longest search per second of audio, in milliseconds', v.pipe(v.number(), v.minValue(0))),
  minQuality: number(
    'Q',
    'share of moments that must come out the same, 0 to 1',
    TuneLimits.entries.minQuality.wrapped,
  ),
} as const;

export function limitsOf({ values }: Words<typeof LIMITS>): TuneLimits {
  return { maxBytes: values.maxSize, maxMs: values.maxMs, minQuality: values.minQuality };
}

/** Who asks, where something is measured. */
export const ASKING = {
  features: path('DIR', 'the features it was made from; some of their frames ask, each leaving itself out'),
  queries: path('DIR', 'other features that ask, e.g. of the singer who will be converted'),
  most: initially(number('N', 'frames that ask at most', askingFields.most), MOST_QUERIES),
  seed: seed('chooses the frames'),
} as const;
