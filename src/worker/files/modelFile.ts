import type { FileHandle } from 'node:fs/promises';
import { VoronoiceError } from '@shared/contract/errors';
import type { ModelFacts } from '@shared/contract/models';
import { readModel } from '@shared/formats/pth/model';
import { readRange, withFile } from './randomAccess';
import { readZipEntry } from './zip';

/** A state dict's names and shapes take some 100 KB; the numbers themselves lie in other files of the ZIP. */
const MOST_PICKLE_BYTES = 2 ** 25;

/** Of a file from before PyTorch 1.6 what was saved lies before the numbers. */
const OLD_HEAD_BYTES = 2 ** 22;

const ZIP_MAGIC = [0x50, 0x4b, 0x03, 0x04];

/**
 * What a model file says of itself. Nothing of it is run, and the weights are not read.
 *
 * @throws `MODEL_RUNS_CODE`, `MODEL_CORRUPT`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_CHANGED`
 */
export function readModelFile(path: string): Promise<ModelFacts> {
  return withFile(path, async (handle) => readModel(await pickleOf(path, handle)));
}

async function pickleOf(path: string, handle: FileHandle): Promise<Uint8Array> {
  const head = await readRange(handle, 0, ZIP_MAGIC.length);
  if (!ZIP_MAGIC.every((byte, at) => head[at] === byte)) return readRange(handle, 0, OLD_HEAD_BYTES);
  const bytes = await readZipEntry(handle, (name) => /^[^/]+\/data\.pkl$/.test(name), MOST_PICKLE_BYTES).catch(
    (error: unknown) => {
      throw new VoronoiceError('MODEL_CORRUPT', error instanceof Error ? error.message : String(error), { path });
    },
  );
  if (bytes === null) throw new VoronoiceError('MODEL_CORRUPT', 'The archive holds no "data.pkl".', { path });
  return bytes;
}
