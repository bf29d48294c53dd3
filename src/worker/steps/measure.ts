import type { QueryOrigin } from '@shared/contract/measurement';
import { MOST_QUERIES } from '@shared/domain/measures/holdOut';
import type { StepContext } from '../context';
import type { Engine, Index } from '../engine';
import type { FeatureFolder } from '../features/features';
import { contentsOf, originalsOf } from '../measure/exact';
import { type AskingFrames, framesOfFiles, framesOfIndex } from '../measure/frames';
import { askContents, type Contents } from '../measure/quality';
import { type Answers, askReference } from '../measure/reference';

export interface AskOptions {
  readonly engine: Engine;
  readonly index: Index;
  /** Frames that the index was not made of, taken over; null: frames that it was made of, each leaving itself out. */
  readonly asking: AskingFrames | null;
  /** The features it was made of; null: an index was among the sources, and it is held against itself. */
  readonly features: FeatureFolder | null;
  /** Rows of the features that it was not made of, so that a balance of voices is no loss. */
  readonly without: ReadonlySet<number>;
  /** The index holds just these features, as they are: exact search over either finds the same. */
  readonly isFeatures: boolean;
  readonly seed: number;
}

/** Who asks an index, and what its answers are held against. */
export interface Asked {
  /** Whoever asked for it closes it. */
  readonly answers: Answers;
  readonly origin: QueryOrigin;
  /** What exact search over the index finds; null where that is the reference. */
  readonly contents: Contents | null;
  /** The most copies that any of the asking frames has in the index. */
  readonly copies: number;
}

/** Asks what the index should answer. */
export async function askForTruth(options: AskOptions, context: StepContext<'truth'>): Promise<Asked> {
  const { answers, origin } = await askFor(options, context);
  try {
    if (options.features !== null && options.isFeatures) {
      return { answers, origin, contents: null, copies: Math.min(answers.copies, options.index.describe().ntotal) };
    }
    return { ...(await heldAgainst(options, answers, context)), origin };
  } catch (error) {
    answers.close();
    throw error;
  }
}

/** The same for answers that are known already. */
export async function heldAgainst(
  { engine, index }: Pick<AskOptions, 'engine' | 'index'>,
  answers: Answers,
  context: StepContext<'truth'>,
): Promise<Pick<Asked, 'answers' | 'contents' | 'copies'>> {
  const contents = answers.reference === 'itself' ? null : await askContents(engine, index, answers, context);
  const copies = Math.min(contents?.copies ?? answers.copies, index.describe().ntotal);
  return { answers, contents, copies };
}

async function askFor(
  { engine, index, asking, features, without, seed }: AskOptions,
  context: StepContext<'truth'>,
): Promise<Pick<Asked, 'answers' | 'origin'>> {
  const { signal } = context;
  const asked = { most: MOST_QUERIES, seed };
  if (features === null) {
    const frames = asking ?? (await framesOfIndex(index, asked, context));
    const answers = await askReference(engine, 'itself', contentsOf(index, signal), frames, signal);
    return { answers, origin: asking === null ? 'stored' : 'held-out' };
  }
  const frames = asking ?? (await framesOfFiles(engine, features, asked, context));
  const onRows = (rows: number): void => context.progress('truth', rows, features.frames);
  const answers = await askReference(engine, 'voice', originalsOf(engine, features, signal, without), frames, signal, {
    onRows,
  });
  return { answers, origin: asking === null ? 'voice' : 'held-out' };
}
