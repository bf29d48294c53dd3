import type { Reference } from '@shared/contract/measurement';
import type { Neighbors } from '@shared/domain/measures/measures';
import { selfLimits, USUAL_COPIES, withoutSelf } from '@shared/domain/measures/selfMatch';
import { NEIGHBORS } from '@shared/domain/rvc';
import { type Engine, onEngine } from '../engine';
import { type Block, exactNeighbors, type Originals, showing } from './exact';
import { type AskingFrames, withoutFrames } from './frames';
import { type Blender, openBlender, uniqueLabels } from './blends';

/** Copies that are looked past where most of the frames have more than usual: the voice itself comes many times. */
const MANY_COPIES = 64;

/** Those who ask, and what the reference answers them. */
export interface Answers {
  readonly reference: Reference;
  /** Without frames that the reference repeats again and again. */
  readonly frames: AskingFrames;
  /** Squared distance up to which a vector is the asking frame itself. */
  readonly limits: Float32Array;
  /** The true neighbors, none of them the frame itself. Labels are rows of the reference. */
  readonly neighbors: Neighbors;
  /** Gives vectors of the neighbors, and blends them. */
  readonly blender: Blender;
  /** What RVC would blend of the true neighbors, frames x dimension. */
  readonly blends: Float32Array;
  /** The most copies that any of the frames has in the reference. */
  readonly copies: number;
  readonly close: () => void;
}

/**
 * Exact search over the reference.
 *
 * @param originals What the answers are held against: frames of a voice, or vectors of an index.
 * @param frames Taken over: `close` frees them, too.
 * @param show Called with each block of the reference in passing.
 */
export async function askReference(
  engine: Engine,
  reference: Reference,
  originals: Originals,
  frames: AskingFrames,
  signal: AbortSignal,
  { show, onRows }: { readonly show?: (block: Block) => void; readonly onRows?: (rows: number) => void } = {},
): Promise<Answers> {
  let asking = frames;
  try {
    let shown = show;
    const search = async (most: number): Promise<ReturnType<typeof withoutSelf>> => {
      const blocks = shown === undefined ? originals.blocks() : showing(originals.blocks(), shown);
      shown = undefined;
      const k = NEIGHBORS + most;
      const asked = await exactNeighbors(engine, frames.matrix, blocks, k, signal, onRows ?? (() => undefined));
      return withoutSelf(asked, k, selfLimits(await onEngine(() => frames.matrix.norms())));
    };
    let most = USUAL_COPIES;
    let { neighbors, copies } = await search(most);
    if (copies.filter((count) => count > most).length > copies.length / 2) {
      most = MANY_COPIES;
      ({ neighbors, copies } = await search(most));
    }
    const often = new Set(Array.from(copies.keys()).filter((frame) => (copies[frame] ?? 0) > most));
    if (often.size > 0 && often.size < copies.length) {
      asking = await withoutFrames(frames, often);
      neighbors = withoutRows(neighbors, often);
      copies = copies.filter((_, frame) => !often.has(frame));
    }
    const { matrix } = asking;
    const rows = uniqueLabels([neighbors]);
    const blender = openBlender(await originals.pick(rows), rows);
    return {
      reference,
      frames: asking,
      limits: selfLimits(await onEngine(() => matrix.norms())),
      neighbors,
      blender,
      blends: blender.blendAll(neighbors),
      copies: Math.max(0, ...copies),
      close: () => matrix.close(),
    };
  } catch (error) {
    asking.matrix.close();
    throw error;
  }
}

function withoutRows({ distances, labels }: Neighbors, dropped: ReadonlySet<number>): Neighbors {
  const isLeft = (_: number, cell: number): boolean => !dropped.has(Math.floor(cell / NEIGHBORS));
  return { distances: distances.filter(isLeft), labels: labels.filter(isLeft) };
}
