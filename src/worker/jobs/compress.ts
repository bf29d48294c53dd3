import { dirname } from 'node:path';
import type { CompressRequest, CompressResult } from '@shared/jobs/compress';
import { compressFrames } from '../steps/compress';
import { closeSources, keepOnly, loadMaterial, oneOfEach, openSources, requireOutside } from '../steps/load';
import { leaveOut } from '../steps/leaveOut';
import { onEngine } from '../engine';
import { requireAbsent, requireFreeSpace, transaction } from '../files/atomic';
import { plannedPath } from '../files/paths';
import { type JobContext, throwIfCancelled } from '../context';
import { stopwatch } from '../stopwatch';

/**
 * Reduces the frames of a voice to the centers of k-means and writes them as one .npy file, from which any tool can
 * build an index.
 *
 * @throws `NO_FEATURES`, `FEATURES_…`, `NPY_…`, `CLUSTERS_TOO_MANY`, `OUT_AMONG_FEATURES`, `FILE_EXISTS`, `DISK_FULL`, `FOLDER_READ_ONLY`,
 *   `OUT_OF_MEMORY`, `JOB_CANCELLED`; whatever it is, nothing is left behind
 */
export async function compress(request: CompressRequest, context: JobContext<'compress'>): Promise<CompressResult> {
  const { signal, progress } = context;
  const time = stopwatch();
  const { clusters, method, selection, seed, memoryLimit } = request;
  const sources = await openSources([{ path: request.folder, weight: null }], context);
  try {
    const out = await plannedPath(request.out);
    await requireOutside(dirname(out), sources);
    return await transaction(async (files) => {
      await files.folder(dirname(out));
      await requireAbsent(out);
      await requireFreeSpace(dirname(out), clusters * sources.dimension * 4);
      const engine = await context.engine();
      const material = await loadMaterial(engine, sources, { memoryLimit, scratch: out }, context);
      const { matrix } = material;
      try {
        const read = time.lap();
        const left = await leaveOut(engine, material, { selection, weights: [], seed }, context);
        await keepOnly(material, new Set(left.rows), context);
        const { centers, report } = await compressFrames(engine, matrix, { clusters, method }, seed, context);
        try {
          const compressed = time.lap();
          progress('write', 0, 1);
          const write = (temporary: string): Promise<void> =>
            onEngine(() => centers.writeNpy(temporary, { signal }), { path: out, purpose: 'write' });
          const staged = await files.stage(out, write, oneOfEach(sources));
          throwIfCancelled(signal);
          await files.move(staged, out);
          progress('write', 1, 1);
          return {
            file: out,
            bytes: centers.byteLength + NPY_HEADER,
            dimension: centers.columns,
            ...report,
            selection: left.selection,
            seconds: { read, compress: compressed, write: time.lap(), total: time.total() },
            peakRssBytes: process.resourceUsage().maxRSS * 1024,
          };
        } finally {
          centers.close();
        }
      } finally {
        matrix.close();
      }
    });
  } finally {
    closeSources(sources);
  }
}

/** What NumPy writes before the numbers. */
const NPY_HEADER = 128;
