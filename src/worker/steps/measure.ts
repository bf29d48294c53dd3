import type { QueryOrigin } from '@shared/contract/measurement';
import { MOST_QUERIES } from '@shared/domain/measures/holdOut';
import type { Engine, Index } from '../engine';
import type { FeatureFolder } from '../features/features';
import { type JobContext, within } from '../context';
import { contentsOf, originalsOf } from '../measure/exact';
import { type AskingFrames, framesOfFiles, framesOfIndex } from '../measure/frames';
import { type Observation, observe } from '../measure/measureIndex';
import { askContents } from '../measure/quality';
import { type Answers, askReference } from '../measure/reference';

export interface AskOptions {
  readonly engine: Engine;
  readonly index: Index;
  /** Frames that the index was not made of, taken over; null: frames that it was made of, each leaving itself out. */
  readonly asking: AskingFrames | null;
  /** The features it was made of; null: an index was among the sources, and it is held against itself. */
  readonly features: FeatureFolder | null;
  readonly seed: number;
}

/** Everything there is to learn of an index from frames that ask it. */
export async function ask(
  { engine, index, asking, features, seed }: AskOptions,
  context: JobContext<'train'>,
): Promise<Observation> {
  const own = within(context, 'measure', (fraction) => context.progress('measure', fraction, 1));
  const { answers, origin } = await answer({ engine, index, asking, features, seed }, own);
  try {
    const contents = answers.reference === 'itself' ? null : await askContents(engine, index, answers, own);
    return await observe(engine, index, answers, { origin, contents, nprobes: [], plane: null }, own);
  } finally {
    answers.close();
  }
}

async function answer(
  { engine, index, asking, features, seed }: AskOptions,
  context: JobContext<'measure'>,
): Promise<{ readonly answers: Answers; readonly origin: QueryOrigin }> {
  const { signal } = context;
  const asked = { most: MOST_QUERIES, seed };
  if (features === null) {
    const frames = asking ?? (await framesOfIndex(engine, index, asked, context));
    const answers = await askReference(engine, 'itself', contentsOf(index, signal), frames, signal);
    return { answers, origin: asking === null ? 'stored' : 'held-out' };
  }
  const frames = asking ?? (await framesOfFiles(engine, features, asked, context));
  const onRows = (rows: number): void => context.progress('truth', rows, features.frames);
  const answers = await askReference(engine, 'voice', originalsOf(engine, features, signal), frames, signal, {
    onRows,
  });
  return { answers, origin: asking === null ? 'voice' : 'held-out' };
}
