import type { BuildRecord } from '@shared/contract/record';
import { createRandom, shuffledOrder } from '@shared/domain/maths/random';
import { rowKeys } from '@shared/domain/maths/rowKeys';
import { bootstrapMean, quantile } from '@shared/domain/maths/statistics';
import { type Distances, type FileLack, type Looked, shareOf } from '@shared/domain/measures/relation';
import { selfLimits } from '@shared/domain/measures/selfMatch';
import { type Engine, type Index, type Matrix, onEngine } from '../engine';
import type { FeatureFolder } from '../features/features';
import {
  type Block,
  exactNeighbors,
  farRow,
  fileBlocks,
  type Originals,
  originalsOf,
  storedBlocks,
  storedRows,
} from './exact';
import { keysOf } from './keys';

/** Frames and vectors that are looked for by distance; more would not change the answer. */
const SAMPLE = 500;

/** From this share on the rows of one are those of the other, and bytes tell the rest. */
const SAME_ROWS_FROM = 0.5;

/** Which rows a voice has. */
export interface VoiceRows {
  readonly folder: FeatureFolder;
  /** A number for each row, the same for rows of equal bytes. */
  readonly keys: Float64Array;
  /** Of a row that is of no voice. */
  readonly unusable: number;
}

/** Notes the rows of a voice while its blocks pass by. */
export function noteRows(folder: FeatureFolder): { readonly rows: VoiceRows; readonly show: (block: Block) => void } {
  const columns = folder.dimension ?? 1;
  const keys = new Float64Array(folder.frames);
  const [unusable = 0] = rowKeys(farRow(columns), columns);
  return {
    rows: { folder, keys, unusable },
    show: ({ matrix, first }) => keys.set(keysOf(matrix), first),
  };
}

export interface Beside extends Looked {
  /** Every vector is a frame, every frame a vector, to the bit, and each as often as the other. */
  readonly equal: boolean;
  /** A number for the vector of each id, as {@link VoiceRows} has them. */
  readonly keys: Float64Array;
  /** Squared distance up to which a vector that is no frame to the bit is as near as one of this voice; null: none is. */
  readonly near: number | null;
}

/**
 * Looks at an index beside the voice: by the bytes of their rows where they are the same, else by the distances of a
 * sample.
 */
export async function lookBeside(
  engine: Engine,
  index: Index,
  rows: VoiceRows,
  record: BuildRecord | null,
  seed: number,
  signal: AbortSignal,
): Promise<Beside> {
  const keys = await storedKeys(index, signal);
  // Zeros are of no voice, whoever put them in.
  const { dimension } = index.describe();
  const [zero] = rowKeys(new Float32Array(dimension), dimension);
  const stored = keys.filter((key) => key !== zero);
  const inVoice = new Set(rows.keys);
  const inIndex = new Set(stored);
  const usable = Int32Array.from(rows.keys.keys()).filter((row) => rows.keys[row] !== rows.unusable);
  const held = usable.filter((row) => inIndex.has(rows.keys[row] ?? NaN));
  const own = stored.filter((key) => inVoice.has(key));
  const voice = { frames: usable.length, vectors: stored.length, record };
  const changed = record !== null && (record.compression !== null || record.expansion !== null);
  const [heldShare, ownShare] = [held.length / Math.max(1, usable.length), own.length / Math.max(1, stored.length)];
  if (!changed && (heldShare >= SAME_ROWS_FROM || ownShare >= SAME_ROWS_FROM)) {
    return {
      ...voice,
      by: 'bytes',
      voiceInIndex: shareOf(held.length, usable.length, usable.length),
      indexOfVoice: shareOf(own.length, stored.length, stored.length),
      lacks: lacksOf(rows.folder, usable, (row) => inIndex.has(rows.keys[row] ?? NaN)),
      distances: null,
      equal: isEqual(rows, usable, stored),
      keys,
      near: null,
    };
  }
  return {
    ...voice,
    ...(await bySample(engine, index, rows, usable, changed, seed, signal)),
    by: 'distance',
    equal: false,
    keys,
  };
}

async function storedKeys(index: Index, signal: AbortSignal): Promise<Float64Array> {
  const keys = new Float64Array(index.describe().ntotal);
  for await (const { matrix, first } of storedBlocks(index, signal)) {
    keys.set(keysOf(matrix), first);
    matrix.close();
  }
  return keys;
}

function isEqual({ keys }: VoiceRows, usable: Int32Array, stored: Float64Array): boolean {
  if (usable.length !== stored.length) return false;
  const frames = Float64Array.from(usable, (row) => keys[row] ?? NaN).sort();
  const vectors = stored.slice().sort();
  return frames.every((key, place) => key === vectors[place]);
}

/** @param rows Ascending: those that were looked for. */
function lacksOf(folder: FeatureFolder, rows: Int32Array, isHeld: (row: number) => boolean): readonly FileLack[] {
  let start = 0;
  let at = 0;
  return folder.files.map(({ name, header }) => {
    const end = start + header.rows;
    let [frames, missing] = [0, 0];
    for (; at < rows.length && (rows[at] ?? end) < end; at++) {
      frames += 1;
      if (!isHeld(rows[at] ?? 0)) missing += 1;
    }
    start = end;
    return { file: name, missing, frames };
  });
}

/** What a sample of frames and of vectors tells. */
async function bySample(
  engine: Engine,
  index: Index,
  { folder }: VoiceRows,
  usable: Int32Array,
  changed: boolean,
  seed: number,
  signal: AbortSignal,
): Promise<Pick<Looked, 'voiceInIndex' | 'indexOfVoice' | 'lacks' | 'distances'> & Pick<Beside, 'near'>> {
  const { ntotal } = index.describe();
  const voice = originalsOf(engine, folder, signal);
  const chosen = sampleOf(usable, SAMPLE, seed);
  const frames = await voice.pick(chosen);
  const rows = sampleOf(
    Int32Array.from({ length: ntotal }, (_, row) => row),
    SAMPLE,
    seed,
  );
  const vectors = await storedRows(index, rows, signal).catch((error: unknown) => {
    frames.close();
    throw error;
  });
  try {
    const toIndex = await nearest(engine, frames, storedBlocks(index, signal), signal);
    const toVoice = await nearest(engine, vectors, voice.blocks(), signal);
    const norms = await onEngine(() => frames.norms());
    const isHeld = isCopy(toIndex, norms);
    const isOwn = isCopy(toVoice, await onEngine(() => vectors.norms()));
    const held = new Set(chosen.filter((_, place) => isHeld[place]));
    const looked = {
      voiceInIndex: shareOf(held.size, chosen.length, usable.length),
      indexOfVoice: shareOf(isOwn.filter(Boolean).length, rows.length, ntotal),
      lacks: wholeFiles(
        lacksOf(folder, chosen, (row) => held.has(row)),
        folder,
      ),
    };
    if (!changed && looked.indexOfVoice.value >= SAME_ROWS_FROM) {
      return { ...looked, distances: null, near: Math.max(...copyLimits(norms)) };
    }
    const apart = await toOtherFiles(engine, folder, chosen, frames, signal);
    const limit = apart === null ? null : quantile(apart, NEAR);
    const usual = apart === null ? 0 : quantile(apart, 0.5);
    const isNear = (distance: number): boolean => limit !== null && distance <= limit;
    return {
      ...looked,
      // The only file of a voice says nothing of how near it is to itself.
      near: limit ?? Infinity,
      distances: {
        toIndex: await distanceToKept(engine, index, voice, usable, seed, signal),
        ratio: usual > 0 ? quantile(toIndex, 0.5) / usual : null,
        voiceNear: shareOf(toIndex.filter(isNear).length, chosen.length, usable.length),
        indexNear: shareOf(toVoice.filter(isNear).length, rows.length, ntotal),
      },
    };
  } finally {
    frames.close();
    vectors.close();
  }
}

/** Share of the frames that count as near to their own voice. */
const NEAR = 0.95;

/** Some of the rows by seed, ascending; all when there are no more. */
function sampleOf(rows: Int32Array, most: number, seed: number): Int32Array {
  if (rows.length <= most) return rows;
  const places = shuffledOrder(rows.length, createRandom(seed)).slice(0, most).sort();
  return Int32Array.from(places, (place) => rows[place] ?? 0);
}

/** Squared distance from each to the nearest. */
async function nearest(
  engine: Engine,
  from: Matrix,
  blocks: AsyncIterable<Block>,
  signal: AbortSignal,
): Promise<Float32Array> {
  return (await exactNeighbors(engine, from, blocks, 1, signal, () => undefined)).distances;
}

/** Numbers are rounded in steps of one size for all frames, so quiet ones are off by as much as the usual ones. */
function copyLimits(norms: Float32Array): Float32Array {
  const usual = quantile(norms, 0.5);
  return selfLimits(norms.map((norm) => Math.max(norm, usual)));
}

function isCopy(distances: Float32Array, norms: Float32Array): readonly boolean[] {
  const limits = copyLimits(norms);
  return Array.from(distances, (distance, place) => distance <= (limits[place] ?? 0));
}

/** What a sample of each file lacks, for the whole file. */
function wholeFiles(lacks: readonly FileLack[], folder: FeatureFolder): readonly FileLack[] {
  return lacks.map(({ file, missing, frames: sampled }, position) => {
    const frames = folder.files[position]?.header.rows ?? sampled;
    return { file, missing: sampled === 0 ? 0 : Math.round((missing / sampled) * frames), frames };
  });
}

/** Squared distance from each of these rows to the nearest frame of another file; null when there is only one. */
async function toOtherFiles(
  engine: Engine,
  folder: FeatureFolder,
  rows: Int32Array,
  frames: Matrix,
  signal: AbortSignal,
): Promise<Float32Array | null> {
  if (folder.files.length < 2) return null;
  const least = new Float32Array(rows.length).fill(Infinity);
  for await (const { matrix, first } of fileBlocks(engine, folder, signal)) {
    try {
      const { distances } = await onEngine(() => engine.knn(frames, matrix, 1, { signal }));
      for (const [place, row] of rows.entries()) {
        const own = row >= first && row < first + matrix.rows;
        if (!own) least[place] = Math.min(least[place] ?? Infinity, distances[place] ?? Infinity);
      }
    } finally {
      matrix.close();
    }
  }
  return least;
}

/** Frames whose nearest kept vector is looked for: all when there are no more. */
const MOST_FRAMES = 20_000;
/** Of an index that keeps more vectors than this allows, fewer frames ask, */
const MOST_PAIRS = 200_000_000;
/** though never fewer than these. */
const LEAST_FRAMES = 2_000;

/** Mean squared distance from the frames to their nearest kept vector: what leaving vectors out costs. */
async function distanceToKept(
  engine: Engine,
  index: Index,
  voice: Originals,
  usable: Int32Array,
  seed: number,
  signal: AbortSignal,
): Promise<Distances['toIndex']> {
  const { ntotal } = index.describe();
  const most = Math.min(MOST_FRAMES, Math.max(LEAST_FRAMES, Math.floor(MOST_PAIRS / ntotal)));
  const rows = sampleOf(usable, most, seed);
  if (rows.length === 0) return null;
  const sample = await voice.pick(rows);
  try {
    const { value, low, high } = bootstrapMean(
      await nearest(engine, sample, storedBlocks(index, signal), signal),
      seed,
    );
    const n = rows.length;
    return n === usable.length ? { value, low: value, high: value, n } : { value, low, high, n };
  } finally {
    sample.close();
  }
}
