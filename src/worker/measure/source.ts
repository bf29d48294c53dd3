import type { SourceCheck } from '@shared/contract/measurement';
import { quantile } from '@shared/domain/maths/statistics';
import { type Engine, onEngine } from '../engine';
import type { FeatureFolder } from '../features/features';
import { readFiles } from './exact';

const MOST_FILES = 20;

/** Looks at the material itself, file by file: values that are no numbers, loudness of the features, silence. */
export async function checkSource(engine: Engine, folder: FeatureFolder, signal: AbortSignal): Promise<SourceCheck> {
  const norms = new Float32Array(folder.frames);
  const nonFinite: { file: string; rows: number }[] = [];
  const repeated: { file: string; share: number; frames: number }[] = [];
  let measured = 0;
  let repeats = 0;
  for (const file of folder.files) {
    const { name, header } = file;
    const { rows, columns } = header;
    const matrix = await readFiles(engine, { ...folder, files: [file] }, signal);
    try {
      const bad = new Set(await onEngine(() => matrix.nonFiniteRows()));
      if (bad.size > 0) nonFinite.push({ file: name, rows: bad.size });
      (await onEngine(() => matrix.norms())).forEach((norm, row) => {
        if (!bad.has(row)) norms[measured++] = norm;
      });
      const same = repeatedRows(matrix.toFloat32Array(), columns);
      repeats += same;
      if (same > 0) repeated.push({ file: name, share: same / rows, frames: rows });
    } finally {
      matrix.close();
    }
  }
  const known = norms.subarray(0, measured);
  repeated.sort((left, right) => right.share * right.frames - left.share * left.frames);
  return {
    frames: folder.frames,
    files: folder.files.length,
    nonFinite,
    norm:
      measured === 0
        ? { mean: 0, p5: 0, p95: 0 }
        : {
            mean: known.reduce((sum, norm) => sum + norm, 0) / measured,
            p5: quantile(known, 0.05),
            p95: quantile(known, 0.95),
          },
    repeated: folder.frames === 0 ? 0 : repeats / folder.frames,
    repeatedFiles: repeated.slice(0, MOST_FILES),
  };
}

/** Rows equal to the one before them, to the bit. */
function repeatedRows(cells: Float32Array, columns: number): number {
  let same = 0;
  for (let row = columns; row < cells.length; row += columns) {
    let column = 0;
    while (column < columns && cells[row + column] === cells[row + column - columns]) column += 1;
    if (column === columns) same += 1;
  }
  return same;
}
