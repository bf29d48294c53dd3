import type { Relation, Share } from '@shared/contract/measurement';
import type { BuildRecord } from '@shared/contract/record';
import { wilson } from '../maths/statistics';

/** From this share on a voice counts as wholly in an index, and an index as wholly of a voice. */
const WHOLE_FROM = 0.995;

/** Frames of the voice lie this much farther from an index that was not made of them (squared distances, medians). */
const OTHER_FROM = 1.5;

/** Less of it than this as near to the voice as the voice is to itself: other voices are in it, too. */
const ONE_VOICE_FROM = 0.75;

const MOST_FILES = 100;

/** A file of the voice, and how much of it the index lacks. */
export interface FileLack {
  readonly file: string;
  readonly missing: number;
  readonly frames: number;
}

/** What a look at the index beside the voice showed. */
export interface Looked {
  /** Usable frames of the voice. */
  readonly frames: number;
  readonly vectors: number;
  /** How vectors and frames were told to be the same ones. */
  readonly by: 'bytes' | 'distance';
  readonly voiceInIndex: Share;
  readonly indexOfVoice: Share;
  /** Files that the index does not wholly hold. */
  readonly lacks: readonly FileLack[];
  /** Null where most vectors are frames, and nothing was done to them: then distances need not tell. */
  readonly distances: Distances | null;
  readonly record: BuildRecord | null;
}

/** How the index lies to the voice, where hardly any of its vectors is a frame. */
export interface Distances {
  /** Mean squared distance from the frames to the nearest vector. */
  readonly toIndex: Relation['distance'];
  /** Median of that over the median from the frames to the nearest of another file; null: there is one file only. */
  readonly ratio: number | null;
  /** Shares that are as near as 95 of 100 frames are to the nearest of another file. */
  readonly voiceNear: Share;
  readonly indexNear: Share;
}

/** A share that was counted over all there are (`of`), or over some of them. */
export function shareOf(hits: number, n: number, of: number): Share {
  const { value, low, high } = wilson(hits, n);
  return n >= of ? { value, low: value, high: value, n } : { value, low, high, n };
}

/** Decides how an index and a voice relate. Numbers of rows and times of files decide nothing that rows themselves can. */
export function relate(looked: Looked): Relation {
  const { distances, indexOfVoice, voiceInIndex, by } = looked;
  if (distances === null) {
    const missing = lackOf(looked);
    return {
      kind: indexOfVoice.value < WHOLE_FROM ? 'more' : isWhole(looked, missing.frames) ? 'whole' : 'part',
      vectors: by === 'bytes' ? 'frames' : 'rounded',
      by,
      voiceInIndex,
      indexOfVoice,
      missing,
      distance: null,
    };
  }
  return byDistance(looked, distances);
}

/** Of vectors that are no frames: the record says what was done, and distance whether it was done to this voice. */
function byDistance({ frames, vectors, record, voiceInIndex, ...looked }: Looked, distances: Distances): Relation {
  const { ratio, voiceNear, indexNear, toIndex } = distances;
  const shares = { voiceInIndex: voiceNear, indexOfVoice: indexNear, missing: NOTHING, distance: toIndex };
  if (ratio !== null && ratio >= OTHER_FROM) return { kind: 'other', vectors: 'unknown', by: 'distance', ...shares };
  const made = madeBy(record);
  const voices = new Set(record?.origins.map(({ name }) => name)).size;
  if (voices > 1) return { kind: 'more', vectors: made ?? 'unknown', by: 'record', ...shares };
  // A part of a merged index may be frames to the bit; that says more than how near the rest is.
  if (ratio !== null && indexNear.value < ONE_VOICE_FROM) {
    const indexOfVoice = looked.indexOfVoice.value > indexNear.value ? looked.indexOfVoice : indexNear;
    return { kind: 'more', vectors: made ?? 'unknown', by: 'distance', ...shares, indexOfVoice };
  }
  if (record === null || made === null) {
    // Fewer vectors than frames, and none of them a frame, but all of the voice near them.
    const compressed = ratio !== null && vectors < frames * WHOLE_FROM;
    return { kind: 'unknown', vectors: compressed ? 'compressed' : 'unknown', by: 'distance', ...shares };
  }
  const held = record.compression?.frames ?? vectors;
  const wanted = frames - leftOut(record);
  return {
    kind: held >= wanted * WHOLE_FROM ? 'whole' : 'part',
    vectors: made,
    by: 'record',
    ...shares,
    voiceInIndex: shareOf(Math.min(held, frames), frames, frames),
    indexOfVoice: shareOf(vectors, vectors, vectors),
    missing: { ...NOTHING, frames: Math.max(0, wanted - held) },
  };
}

const NOTHING: Relation['missing'] = { frames: 0, files: [], more: 0 };

/**
 * How an index that has just been built of them relates to its frames.
 *
 * @param rounded Whether it keeps less than all bits of each number.
 */
export function builtRelation(record: BuildRecord, vectors: number, rounded: boolean): Relation {
  const { compression, expansion } = record;
  const all = { value: 1, low: 1, high: 1, n: compression?.frames ?? vectors };
  const distance = compression === null || expansion !== null ? null : compression.meanSquaredDistance;
  return {
    kind: 'whole',
    vectors: madeBy(record) ?? (rounded ? 'rounded' : 'frames'),
    by: 'record',
    voiceInIndex: all,
    indexOfVoice: { ...all, n: vectors },
    missing: NOTHING,
    distance: distance === null ? null : { value: distance, low: distance, high: distance, n: all.n },
  };
}

/** What was done to the frames, the last thing first; null: nothing, or nothing is known. */
function madeBy(record: BuildRecord | null): 'expanded' | 'compressed' | null {
  if (record === null) return null;
  if (record.expansion !== null) return 'expanded';
  return record.compression === null ? null : 'compressed';
}

function isWhole({ frames, record }: Looked, missing: number): boolean {
  // Whole files that were left out lack nothing; the others do not tell which frames they lack.
  const { moments, outliers } = record?.selection?.dropped ?? { moments: 0, outliers: 0 };
  return missing - moments - outliers <= frames * (1 - WHOLE_FROM);
}

/** Frames left out on purpose. */
function leftOut({ selection }: BuildRecord): number {
  if (selection === null) return 0;
  const { moments, files, silence, duplicates, outliers } = selection.dropped;
  return moments + files + silence + duplicates + outliers;
}

/** Files that a selection leaves out lack nothing. */
function lackOf({ lacks, record }: Looked): Relation['missing'] {
  const left = new Set(record?.selection?.files);
  const files = lacks
    .filter(({ file, missing }) => missing > 0 && !left.has(file))
    .sort((one, other) => other.missing - one.missing);
  return {
    frames: files.reduce((sum, { missing }) => sum + missing, 0),
    files: files.slice(0, MOST_FILES).map(({ file, missing, frames }) => ({ file, missing, frames })),
    more: Math.max(0, files.length - MOST_FILES),
  };
}
