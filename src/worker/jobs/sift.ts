import { join } from 'node:path';
import type { SiftRequest, SiftResult } from '@shared/jobs/sift';
import { strayGroups } from '@shared/domain/measures/stray';
import { markedRows } from '@shared/domain/voice/marks';
import {
  DEFAULT_OUTLIERS,
  distanceHistogram,
  farthest,
  medianDistance,
  outlierCount,
} from '@shared/domain/voice/sifting';
import { unusableRows } from '../features/usable';
import { closeSources, loadMaterial, openSources, type Piece } from '../steps/load';
import {
  findRepeats,
  NEW,
  rowsLeft,
  selectFrames,
  SILENCE,
  toTypicalSounds,
  type TypicalSounds,
} from '../steps/select';
import { part } from '../steps/part';
import type { JobContext } from '../context';
import { findSuspects } from '../sound/suspects';
import { stopwatch } from '../stopwatch';

/** As the contract has it. */
const MOST_FILES = 2_000;

/** A number for infinitely far, where more than half of the frames are typical to the bit. */
const MOST_MEDIANS = 1_000;

/**
 * Looks for frames that could be left out. Nothing is written.
 *
 * `report` is what the selection takes. `files` and `distances` are about every usable frame, each rule as if it stood
 * alone: silence is also counted among duplicates, and outliers are those of the selection's share, or of 1 %. Moments
 * that the selection leaves out are in neither, and are no suspects.
 *
 * @throws `NO_FEATURES`, `FEATURES_…`, `NPY_…`, `FILE_CHANGED`, `OUT_OF_MEMORY`, `ENGINE_…`, `JOB_CANCELLED`
 */
export async function sift(
  { folder, pointed, selection, seed }: SiftRequest,
  context: JobContext<'sift'>,
): Promise<SiftResult> {
  const time = stopwatch();
  const sources = await openSources([{ path: folder, weight: null }], context);
  try {
    const engine = await context.engine();
    const place = { memoryLimit: null, scratch: join(folder, 'frames') };
    const material = await loadMaterial(engine, sources, place, context);
    const { matrix, pieces } = material;
    try {
      const { all: unusable } = await unusableRows(matrix);
      // Outliers are looked for twice where the selection asks for them.
      const [first, second] = selection.outliers > 0 ? [0.4, 0.5] : [0.15, 0.3];
      const forReport = part(context, 0, first);
      const { report } = await selectFrames(engine, material, unusable, selection, seed, forReport);

      const gone = new Uint8Array(matrix.rows);
      for (const row of unusable) gone[row] = 1;
      for (const [row, marked] of markedRows(selection.moments, pieces).entries()) if (marked === 1) gone[row] = 1;
      const repeats = await findRepeats(material, gone, part(context, first, second));
      const rows = rowsLeft(gone);
      const sounds = await toTypicalSounds(engine, matrix, rows, seed, part(context, second, 0.9));
      const { distances } = sounds;
      const share = selection.outliers > 0 ? selection.outliers : DEFAULT_OUTLIERS;
      const isOutlier = new Uint8Array(matrix.rows);
      const outliers = new Float32Array(matrix.rows);
      const median = medianDistance(distances);
      for (const at of farthest(distances, outlierCount(rows.length, share))) {
        isOutlier[rows[at] ?? 0] = 1;
        outliers[rows[at] ?? 0] = Math.min(MOST_MEDIANS, (distances[at] ?? 0) / median);
      }
      const stray = strayRows(sounds, rows, isOutlier);
      const looked = await findSuspects(
        { folder, pointed, pieces, skipped: sources.skipped, gone, repeats, outliers, stray },
        part(context, 0.9, 1),
      );
      return {
        report,
        files: byLoss(pieces, { gone, repeats, isOutlier }).slice(0, MOST_FILES),
        distances: distanceHistogram(distances),
        ...looked,
        seconds: time.total(),
      };
    } finally {
      matrix.close();
    }
  } finally {
    closeSources(sources);
  }
}

/** How far the group of each row lies from the others, in medians, where it is stray and the row itself no outlier; else 0. */
function strayRows({ nearest, apart }: TypicalSounds, rows: Int32Array, isOutlier: Uint8Array): Float32Array {
  const medians = new Map(strayGroups(apart).map((group) => [group.place, group.medians]));
  const stray = new Float32Array(isOutlier.length);
  for (const [at, row] of rows.entries()) {
    if (isOutlier[row] === 0) stray[row] = Math.min(MOST_MEDIANS, medians.get(nearest[at] ?? -1) ?? 0);
  }
  return stray;
}

/** What every rule finds in every file; those that lose most first, in the order of the folder where that is equal. */
function byLoss(
  pieces: readonly Piece[],
  {
    gone,
    repeats,
    isOutlier,
  }: { readonly gone: Uint8Array; readonly repeats: Uint8Array; readonly isOutlier: Uint8Array },
): SiftResult['files'] {
  let row = 0;
  const files = pieces.map(({ name, rows }) => {
    const file = { name, frames: 0, silence: 0, duplicates: 0, outliers: 0, lost: 0 };
    for (const end = row + rows; row < end; row++) {
      if (gone[row] === 1) continue;
      file.frames += 1;
      if (repeats[row] === SILENCE) file.silence += 1;
      if (repeats[row] !== NEW) file.duplicates += 1;
      if (isOutlier[row] === 1) file.outliers += 1;
      if (repeats[row] !== NEW || isOutlier[row] === 1) file.lost += 1;
    }
    return file;
  });
  return files.sort((left, right) => right.lost - left.lost).map(({ lost: _, ...file }) => file);
}
