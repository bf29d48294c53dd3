import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rates } from '@shared/contract/rates';
import { DEFAULT_SEED } from '@shared/domain/maths/random';
import { probedRates } from '@shared/domain/recipes/forecast';
import { FRAMES_PER_MINUTE, NEIGHBORS } from '@shared/domain/rvc';
import { generateVoice } from '@shared/domain/voice/sampleVoice';
import type { RequestOf } from '@shared/jobs';
import type { JobContext } from '../context';
import { onEngine } from '../engine';
import { fillFeatures, listFeatures } from '../features/features';
import { writeNpy } from '../features/npyFile';
import { temporaryName } from '../files/atomic';
import { onFile } from '@shared/contract/systemErrors';
import { readIndexContents } from '../files/indexFile';
import { hashOf } from '../measure/measureIndex';
import { stopwatch } from '../stopwatch';

/** A minute of a voice, with as many groups as are made of it. */
const SIZE = { frames: FRAMES_PER_MINUTE, vectors: FRAMES_PER_MINUTE, dimension: 768, nlist: 230 } as const;

/**
 * Times what builds are made of on a voice that does not exist. Its files go again, whatever happens.
 *
 * @throws `ENGINE_MISSING`, `OUT_OF_MEMORY`, `FOLDER_READ_ONLY`, `DISK_FULL`, `JOB_CANCELLED`
 */
export async function probe(
  { folder }: RequestOf<'probe'>,
  { signal, progress, engine: load }: JobContext<'probe'>,
): Promise<Rates> {
  const engine = await load();
  const { frames, dimension, nlist } = SIZE;
  const matrix = new engine.Matrix(frames, dimension);
  const index = engine.Index.fromFactory(dimension, `IVF${nlist},Flat`);
  const temporary = join(folder, temporaryName('probe'));
  const file = join(temporary, 'probe.index');
  try {
    progress('generate', 0, 1);
    await onFile(temporary, 'write', async () => {
      await mkdir(temporary);
      for (const { name, data } of generateVoice({
        minutes: frames / FRAMES_PER_MINUTE,
        dimension,
        seed: DEFAULT_SEED,
      }))
        await writeNpy(join(temporary, name), data, dimension);
    });
    progress('cost', 0, 1);
    const files = await listFeatures(temporary, signal);
    const time = stopwatch();
    await fillFeatures(matrix, 0, files, signal);
    const read = time.lap();
    await onEngine(() => index.train(matrix, { signal }));
    const train = time.lap();
    await onEngine(() => index.add(matrix, { signal }));
    const add = time.lap();
    await onEngine(() => engine.knn(matrix, matrix, NEIGHBORS, { signal }));
    const exact = time.lap();
    await onEngine(() => index.save(file, { signal }), { path: file, purpose: 'write' });
    await hashOf(file, signal);
    await readIndexContents(file, signal);
    const write = time.lap();
    progress('cost', 1, 1);
    return probedRates({ read, train, add, exact, write }, SIZE);
  } finally {
    index.close();
    matrix.close();
    await rm(temporary, { recursive: true, force: true });
  }
}
