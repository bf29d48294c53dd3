import type { HeardMoments, HeardSearch } from '@shared/contract/measurement';
import type { Moment } from '@shared/contract/sound';
import { BLEND_SLIGHT } from '@shared/domain/measures/measures';
import { NEIGHBORS } from '@shared/domain/rvc';
import { worstFrames } from '@shared/domain/sound/moments';
import type { Searches } from '../measure/measureIndex';

/** As the contract has it. */
const MOST_STRETCHES = 2_000;

type MomentOf = (row: number) => Moment | null;

/** Where in the recordings what was searched lies. */
export interface Whereabouts {
  /** Of a frame that asked, by its row; null: another folder asked. */
  readonly asked: MomentOf | null;
  /** Of a row of the reference. */
  readonly reference: MomentOf;
  /** Of a vector of the index that was asked, by its id. */
  readonly vector: MomentOf;
  /** Share of the vectors that are traced. */
  readonly traced: number;
}

/** The vectors that can be heard of these searches: ids of the index, ascending. */
export function heardIds(searches: Searches): Int32Array {
  const { found, told } = searches;
  const ids = new Set([...(told?.found ?? []), ...(told?.truth ?? [])]);
  for (const frame of worstOf(searches)) {
    for (const id of found.labels.subarray(frame * NEIGHBORS, (frame + 1) * NEIGHBORS)) ids.add(id);
  }
  return Int32Array.from(ids)
    .filter((id) => id >= 0)
    .sort();
}

/** Says of the searches at the stored nprobe where they can be heard. */
export function heardMoments(searches: Searches, { asked, reference, vector, traced }: Whereabouts): HeardMoments {
  const { frames, neighbors, found, differences, told } = searches;
  const { rows, step } = frames;
  const askedBy = (frame: number): Moment | null => asked?.(rows[frame] ?? -1) ?? null;
  const ofFrame = (labels: Int32Array, frame: number, momentOf: MomentOf): HeardSearch['found'] =>
    Array.from(labels.subarray(frame * NEIGHBORS, (frame + 1) * NEIGHBORS), momentOf);
  return {
    asked: asked === null ? [] : stretches(rows, asked),
    worst: worstOf(searches).map((frame) => {
      const difference = (differences[frame] ?? NaN) / (step ?? 1);
      return {
        asked: askedBy(frame),
        found: ofFrame(found.labels, frame, vector),
        truth: ofFrame(neighbors.labels, frame, reference),
        difference: Number.isNaN(difference) ? null : difference,
      };
    }),
    story:
      told === null
        ? null
        : {
            asked: askedBy(told.frame),
            found: Array.from(told.found, vector),
            truth: Array.from(told.truth, vector),
          },
    traced,
  };
}

function worstOf({ frames: { rows, step }, differences }: Searches): readonly number[] {
  return step === null ? [] : worstFrames(differences, rows, BLEND_SLIGHT * step);
}

/** Frames that follow each other in one file, together. */
function stretches(rows: Int32Array, momentOf: MomentOf): HeardMoments['asked'] {
  const found: HeardMoments['asked'] = [];
  let last: number | null = null;
  for (const row of rows) {
    const moment = momentOf(row);
    const open = found.at(-1);
    if (moment !== null && open !== undefined && row - 1 === last && moment.frame > 0) open.frames += 1;
    else if (moment !== null) found.push({ ...moment, frames: 1 });
    last = row;
  }
  return found.slice(0, MOST_STRETCHES);
}
