import { type IndexPlan, isRounded } from '@shared/domain/recipes/plan';
import type { Engine, Index, Matrix } from '../engine';
import type { StepContext } from '../context';
import type { Resources } from '../resources';
import type { Arrangement } from './arrange';
import { addRows, groupRows } from './fill';
import { copyRows, type Room } from './load';
import { part } from './part';
import { makeVectors, type Vectors } from './vectors';

/**
 * What the index is made of, and what a trial is made of to be asked by the frames kept apart. Whoever asks, the index is
 * what the plan says of all frames.
 */
export interface WholeAndTrial {
  readonly whole: Vectors;
  /** Made of the other frames only; in the same matrix where it is the first rows of the whole. */
  readonly trial: Vectors;
}

export interface WholeAndTrialOptions {
  readonly plan: IndexPlan;
  readonly rows: Arrangement;
  /** Of the sources, in order. */
  readonly names: readonly string[];
  readonly seed: number;
  readonly room: Room;
}

/**
 * Makes the vectors of the index of all frames, whoever will ask. Frames that are indexed as they are need no second set:
 * those kept apart come last. What is compressed or expanded is made a second time without them.
 *
 * @param frames As they were laid out. They are not the same afterwards.
 * @param resources Holds what is made.
 */
export async function makeWholeAndTrial(
  engine: Engine,
  frames: Matrix,
  { plan, rows, names, seed, room }: WholeAndTrialOptions,
  resources: Resources,
  context: StepContext<'compress' | 'expand'>,
): Promise<WholeAndTrial> {
  const all = rows.stretches.map((stretch) => ({ ...stretch, name: names[stretch.voice] ?? '' }));
  const make = async (
    matrix: Matrix,
    stretches: typeof all,
    own: StepContext<'compress' | 'expand'>,
  ): Promise<Vectors> => {
    const vectors = await makeVectors(engine, matrix, { plan, seed, scratch: room.scratch, stretches }, own);
    resources.hold(vectors.matrix);
    return vectors;
  };
  if (rows.heldOut === 0 || isIndexedAsItIs(plan)) {
    const whole = await make(frames, all, context);
    return { whole, trial: rows.heldOut === 0 ? whole : { ...whole, rows: rows.kept } };
  }
  // Compression leaves the frames as they are; expansion takes their place.
  const kept = plan.compression === null ? await copyRows(engine, frames, rows.kept, room, context.signal) : frames;
  resources.hold(kept);
  const whole = await make(frames, all, part(context, 0, 0.5));
  if (kept === frames) frames.truncate(rows.kept);
  const others = all.filter(({ apart }) => !apart);
  return { whole, trial: await make(kept, others, part(context, 0.5, 1)) };
}

/** An index of each; one and the same where the frames kept apart have only to be added to the trial. */
export interface Drafts {
  readonly whole: Index;
  readonly trial: Index;
}

/**
 * Learns of each what it is to learn: the groups, and how numbers are rounded. What is learned without the frames kept
 * apart rounds them worse than the rest, so that only what keeps them as they are may be one index for both.
 *
 * @param resources Hold what is made.
 */
export async function groupDrafts(
  engine: Engine,
  plan: IndexPlan,
  { whole, trial }: WholeAndTrial,
  resources: Resources,
  context: StepContext<'train'>,
): Promise<Drafts> {
  if (trial.matrix === whole.matrix && !isRounded(plan)) {
    const index = resources.hold(await groupRows(engine, plan, trial, context));
    return { whole: index, trial: index };
  }
  return {
    whole: resources.hold(await groupRows(engine, plan, whole, part(context, 0, 0.5))),
    trial: resources.hold(await groupRows(engine, plan, trial, part(context, 0.5, 1))),
  };
}

/**
 * Adds to each its rows; where they are one, those of the trial.
 *
 * @param discard Nobody needs the vectors afterwards.
 */
export async function fillDrafts(
  drafts: Drafts,
  { whole, trial }: WholeAndTrial,
  discard: boolean,
  context: StepContext<'add'>,
): Promise<void> {
  const all = ({ rows }: Vectors): { from: number; count: number } => ({ from: 0, count: rows });
  if (drafts.trial === drafts.whole) {
    await addRows(drafts.trial, trial.matrix, { ...all(trial), discard }, context);
    return;
  }
  const shared = trial.matrix === whole.matrix;
  await addRows(drafts.whole, whole.matrix, { ...all(whole), discard: discard && !shared }, part(context, 0, 0.5));
  await addRows(drafts.trial, trial.matrix, { ...all(trial), discard }, part(context, 0.5, 1));
}

/** Takes in the frames that were kept apart. */
export async function completeDraft(
  drafts: Drafts,
  { whole, trial }: WholeAndTrial,
  discard: boolean,
  context: StepContext<'add'>,
): Promise<Index> {
  if (drafts.trial === drafts.whole) {
    const others = { from: trial.rows, count: whole.rows - trial.rows, discard };
    await addRows(drafts.whole, whole.matrix, others, context);
  }
  return drafts.whole;
}

/** Whether the vectors of the index are the frames, neither fewer nor moved. */
export function isIndexedAsItIs({ compression, expansion }: IndexPlan): boolean {
  return compression === null && expansion === null;
}
