import type { OriginalQuality } from '@shared/contract/measurement';
import { MOST_QUERIES } from '@shared/domain/measures/holdOut';
import type { Engine, Index } from '../engine';
import type { FeatureFolder } from '../features/features';
import { type StepContext, within } from '../context';
import { type AskingFrames, framesOfFiles, framesOfIndex } from '../measure/frames';
import { type Observation, observe } from '../measure/measureIndex';
import { againstOriginal, originalsOf } from '../measure/original';

/** What was seen, and what it is worth against the original features. */
export interface Asked {
  readonly seen: Observation;
  /** Null where the index holds the features themselves, or they are not at hand. */
  readonly original: OriginalQuality | null;
}

export interface AskOptions {
  readonly engine: Engine;
  readonly index: Index;
  /** Frames that the index was not made of; null: frames that it was made of, each leaving itself out. */
  readonly asking: AskingFrames | null;
  /** The features it was made of; null: an index was among the sources. */
  readonly features: FeatureFolder | null;
  /** Whether it holds other vectors than the features. */
  readonly changed: boolean;
  readonly seed: number;
}

/** Everything there is to learn of an index from frames that ask it. */
export async function ask(
  { engine, index, asking, features, changed, seed }: AskOptions,
  context: StepContext<'measure'>,
): Promise<Asked> {
  const { signal } = context;
  const frames = asking ?? (await ownFrames(engine, index, features, seed, context));
  try {
    const own = within(context, 'measure', (fraction) => context.progress('measure', fraction, 1));
    const origin = asking === null ? 'stored' : 'held-out';
    const seen = await observe(engine, index, frames, { origin, nprobes: [], plane: null }, own);
    const original =
      changed && features !== null
        ? await againstOriginal(engine, index, originalsOf(engine, features, signal), frames, seen.found, signal)
        : null;
    return { seen, original };
  } finally {
    if (asking === null) frames.matrix.close();
  }
}

function ownFrames(
  engine: Engine,
  index: Index,
  features: FeatureFolder | null,
  seed: number,
  context: StepContext<'measure'>,
): Promise<AskingFrames> {
  const asked = { most: MOST_QUERIES, seed };
  return features !== null && features.files.some(({ header }) => header.rows <= MOST_QUERIES)
    ? framesOfFiles(engine, features, asked, context)
    : framesOfIndex(engine, index, asked, context);
}
