import { timeOf } from '@shared/contract/primitives';
import { relate } from '@shared/domain/measures/relation';
import { NEIGHBORS } from '@shared/domain/rvc';
import { type Trace, traceByKeys, type TracedFile } from '@shared/domain/sound/trace';
import { type Engine, type Index, onEngine } from '../engine';
import type { FeatureFolder } from '../features/features';
import { exactNeighbors, featureBlocks, storedRows } from '../measure/exact';
import type { Beside, VoiceRows } from '../measure/shares';

/** Frames times vectors that are compared one by one; of more, the groups of the index say what lies near. */
const MOST_PAIRS = 200_000_000;

/** Groups that a frame looks into for vectors near it. */
const PROBES = 4;

/** The files of a voice as a trace counts their rows. */
export function tracedFiles({ files }: FeatureFolder): readonly TracedFile[] {
  return files.map((file) => ({ name: file.name, rows: file.header.rows, modified: timeOf(file), voice: null }));
}

/**
 * Finds the frame of each vector: the one of equal bytes; else, where vectors are no frames, the one that lies nearest and
 * is typical of what the vector stands for.
 */
export async function traceBeside(
  engine: Engine,
  index: Index,
  { folder, keys, unusable }: VoiceRows,
  beside: Beside,
  signal: AbortSignal,
): Promise<Trace> {
  const rows = traceByKeys(beside.keys, keys, unusable);
  // Of another voice, what lies near by chance stands for nothing.
  if (beside.near !== null && relate(beside).kind !== 'other')
    await traceNearest(engine, index, folder, { rows, near: beside.near }, signal);
  return { files: tracedFiles(folder), rows };
}

/**
 * Fills in the nearest row of the voice for each vector that has none. Of many vectors, frames look for those near them
 * through the groups of the index, and each vector takes the nearest of the frames that came upon it; only what no frame
 * came upon is compared with all.
 *
 * @param trace `rows` of each id, changed in place; `near`: squared distance up to which a row counts.
 */
export async function traceNearest(
  engine: Engine,
  index: Index,
  folder: FeatureFolder,
  { rows, near }: { readonly rows: Int32Array; readonly near: number },
  signal: AbortSignal,
): Promise<void> {
  const untraced = (): Int32Array => Int32Array.from(rows.keys()).filter((id) => rows[id] === -1);
  const { nlist } = index.describe();
  if (nlist !== null && untraced().length * folder.frames > MOST_PAIRS) {
    const least = new Float32Array(rows.length).fill(near);
    const known = rows.slice();
    for await (const { matrix, first } of featureBlocks(engine, folder, signal)) {
      try {
        const nprobe = Math.min(PROBES, nlist);
        const { labels, distances } = await onEngine(() => index.search(matrix, NEIGHBORS, { nprobe, signal }));
        for (const [cell, id] of labels.entries()) {
          const distance = distances[cell] ?? Infinity;
          if (id < 0 || known[id] !== -1 || distance > (least[id] ?? 0)) continue;
          least[id] = distance;
          rows[id] = first + Math.floor(cell / NEIGHBORS);
        }
      } finally {
        matrix.close();
      }
    }
  }
  const left = untraced();
  if (left.length === 0 || left.length * folder.frames > MOST_PAIRS) return;
  const nearest = await nearestRows(engine, index, left, folder, near, signal);
  for (const [place, id] of left.entries()) rows[id] = nearest[place] ?? -1;
}

/**
 * The nearest row of the voice for each of these ids, by comparing all.
 *
 * @param ids Ascending, without repeats.
 * @param near Squared distance up to which a row counts.
 * @returns -1 where none is as near
 */
export async function nearestRows(
  engine: Engine,
  index: Index,
  ids: Int32Array,
  folder: FeatureFolder,
  near: number,
  signal: AbortSignal,
): Promise<Int32Array> {
  const vectors = await storedRows(index, ids, signal);
  try {
    const blocks = featureBlocks(engine, folder, signal);
    const { labels, distances } = await exactNeighbors(engine, vectors, blocks, 1, signal, () => undefined);
    return labels.map((row, place) => ((distances[place] ?? Infinity) <= near ? row : -1));
  } finally {
    vectors.close();
  }
}

/**
 * The rows of a trace as rows of a voice, whose files it may know among those of others.
 *
 * @returns null where it does not know every file of the voice as it is
 */
export function rowsOfVoice({ files, rows }: Trace, folder: FeatureFolder): Int32Array | null {
  // A copy of a file keeps whole milliseconds of its time at most.
  const nameOf = ({ name, rows: count, modified }: TracedFile): string => `${count} ${Math.trunc(modified)} ${name}`;
  const starts = new Map<string, number>();
  let start = 0;
  for (const file of tracedFiles(folder)) {
    starts.set(nameOf(file), start);
    start += file.rows;
  }
  const rowOf = new Int32Array(files.reduce((sum, file) => sum + file.rows, 0)).fill(-1);
  let at = 0;
  for (const file of files) {
    const own = starts.get(nameOf(file));
    if (own !== undefined) for (let row = 0; row < file.rows; row++) rowOf[at + row] = own + row;
    starts.delete(nameOf(file));
    at += file.rows;
  }
  return starts.size > 0 ? null : rows.map((row) => rowOf[row] ?? -1);
}
