import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExpandRequest, ExpandResult } from '@shared/jobs/expand';
import { expandFrames } from '../steps/expand';
import {
  closeSources,
  keepOnly,
  loadMaterial,
  oneOfEach,
  type Material,
  onlySource,
  openSources,
  requireOutside,
} from '../steps/load';
import { type Matrix, onEngine } from '../engine';
import { requireAbsent, requireFreeSpace, synchronize, temporaryName, transaction } from '../files/atomic';
import { plannedPath } from '../files/paths';
import { type JobContext, throwIfCancelled } from '../context';
import { stopwatch } from '../stopwatch';

/**
 * Expands the frames that will ask, each by its neighbors among other vectors (alpha query expansion on the queries), and
 * writes them under their own names into a folder that is made for them and appears whole. Frames that are not finite stay as
 * they are.
 *
 * @throws `NO_FEATURES`, `FEATURES_…`, `NPY_…`, `SOURCES_DIFFER`, `NEIGHBORS_TOO_MANY`, `OUT_AMONG_FEATURES`, `FILE_EXISTS`, `DISK_FULL`,
 *   `FOLDER_READ_ONLY`, `OUT_OF_MEMORY`, `JOB_CANCELLED`; whatever it is, nothing is left behind
 */
export async function expand(request: ExpandRequest, context: JobContext<'expand'>): Promise<ExpandResult> {
  const { signal, progress } = context;
  const { alpha, neighbors, includeSelf, restoreNorms, repetitions, search, seed } = request;
  const expansion = { alpha, neighbors, includeSelf, restoreNorms, repetitions, search };
  const time = stopwatch();
  const sources = [request.folder, request.by].map((path) => ({ path, weight: null }));
  const both = await openSources(sources, context);
  const asking = onlySource(both, 0);
  try {
    const out = await plannedPath(request.out);
    await requireOutside(out, both);
    return await transaction(async (files) => {
      await requireAbsent(out);
      await files.folder(dirname(out));
      await requireFreeSpace(dirname(out), asking.frames * asking.dimension * 4);
      const engine = await context.engine();
      const scratch = out;
      const frames = await loadMaterial(engine, asking, { memoryLimit: null, scratch }, context);
      const base = await loadMaterial(engine, onlySource(both, 1), { memoryLimit: null, scratch }, context);
      try {
        const quiet = { signal, progress: () => undefined };
        await keepOnly(base, new Set(await onEngine(() => base.matrix.nonFiniteRows())), quiet);
        const read = time.lap();
        const options = { expansion, base: base.matrix, seed, scratch: temporaryName(scratch) };
        const strange = await setAside(frames.matrix);
        const report = await expandFrames(engine, frames.matrix, options, context);
        for (const [row, values] of strange) frames.matrix.set(row, values);
        const expanded = time.lap();
        const whole = await files.stage(out, (folder) => writePieces(frames, folder, context), oneOfEach(asking));
        throwIfCancelled(signal);
        await files.move(whole, out);
        progress('write', 1, 1);
        return {
          folder: out,
          files: frames.pieces.length,
          frames: frames.matrix.rows,
          ...report,
          seconds: { read, expand: expanded, write: time.lap(), total: time.total() },
          peakRssBytes: process.resourceUsage().maxRSS * 1024,
        };
      } finally {
        frames.matrix.close();
        base.matrix.close();
      }
    });
  } finally {
    closeSources(both);
  }
}

/** Writes each piece under its own name into a folder, which is made. */
async function writePieces({ matrix, pieces }: Material, folder: string, context: JobContext<'expand'>): Promise<void> {
  const { signal, progress } = context;
  await mkdir(folder);
  let from = 0;
  for (const [position, { name, rows }] of pieces.entries()) {
    throwIfCancelled(signal);
    progress('write', position, pieces.length);
    const path = join(folder, name);
    const here = { from, count: rows, signal };
    await onEngine(() => matrix.writeNpy(path, here), { path, purpose: 'write' });
    await synchronize(path);
    from += rows;
  }
}

/** Puts zeros in the place of rows that are not finite, which expansion leaves alone; what they were, by row. */
async function setAside(matrix: Matrix): Promise<ReadonlyMap<number, Float32Array>> {
  const rows = new Map<number, Float32Array>();
  for (const row of await onEngine(() => matrix.nonFiniteRows())) {
    rows.set(row, matrix.toFloat32Array(row, 1));
    matrix.set(row, new Float32Array(matrix.columns));
  }
  return rows;
}
