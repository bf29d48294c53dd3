import { join } from 'node:path';
import type { ExpandRequest, ExpandResult } from '@shared/jobs/expand';
import { expandFrames } from '../steps/expand';
import { closeSources, keepOnly, loadMaterial, onlySource, openSources, requireOutside } from '../steps/load';
import { type Matrix, onEngine } from '../engine';
import { requireAbsent, requireFreeSpace, temporaryName, transaction } from '../files/atomic';
import { plannedPath } from '../files/paths';
import { type JobContext, throwIfCancelled } from '../context';
import { stopwatch } from '../stopwatch';

/**
 * Expands the frames that will ask, each by its neighbors among other vectors (alpha query expansion on the queries), and
 * writes them under their own names into another folder, where they appear once all are written. Frames that are not finite stay as they are.
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
      await files.folder(out);
      await requireFreeSpace(out, asking.frames * asking.dimension * 4);
      for (const { name } of asking.features?.files ?? []) await requireAbsent(join(out, name));
      const engine = await context.engine();
      const scratch = join(out, 'expanded');
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
        const staged: { from: string; to: string }[] = [];
        let from = 0;
        for (const [position, { name, rows }] of frames.pieces.entries()) {
          throwIfCancelled(signal);
          progress('write', position, frames.pieces.length);
          const to = join(out, name);
          const here = { from, count: rows, signal };
          const temporary = await files.stage(to, (path) =>
            onEngine(() => frames.matrix.writeNpy(path, here), { path: to, purpose: 'write' }),
          );
          staged.push({ from: temporary, to });
          from += rows;
        }
        throwIfCancelled(signal);
        for (const { from: temporary, to } of staged) await files.move(temporary, to);
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

/** Puts zeros in the place of rows that are not finite, which expansion leaves alone; what they were, by row. */
async function setAside(matrix: Matrix): Promise<ReadonlyMap<number, Float32Array>> {
  const rows = new Map<number, Float32Array>();
  for (const row of await onEngine(() => matrix.nonFiniteRows())) {
    rows.set(row, matrix.toFloat32Array(row, 1));
    matrix.set(row, new Float32Array(matrix.columns));
  }
  return rows;
}
