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

/** As much of a model inside an archive is looked at. */
export const MODEL_HEAD_BYTES = OLD_HEAD_BYTES;

const PICKLE_NAME = /^[^/]+\/data\.pkl$/;

/** The header of a file in a ZIP before its name (APPNOTE.TXT 4.3.7). */
const LOCAL_HEADER = { bytes: 30, method: 8, nameLength: 26, extraLength: 28 } as const;
const STORED = 0;

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
  if (!isZip(await readRange(handle, 0, ZIP_MAGIC.length))) return readRange(handle, 0, OLD_HEAD_BYTES);
  const bytes = await readZipEntry(handle, (name) => PICKLE_NAME.test(name), MOST_PICKLE_BYTES).catch(
    (error: unknown) => {
      throw new VoronoiceError('MODEL_CORRUPT', error instanceof Error ? error.message : String(error), { path });
    },
  );
  if (bytes === null) throw new VoronoiceError('MODEL_CORRUPT', 'The archive holds no "data.pkl".', { path });
  return bytes;
}

/**
 * The same of a model of which only the beginning is at hand, as of one inside an archive: PyTorch writes `data.pkl` first and
 * does not pack it. Null where what it says lies further on.
 *
 * @throws `MODEL_RUNS_CODE`, `MODEL_CORRUPT`
 */
export function readModelHead(head: Uint8Array): ModelFacts | null {
  const pickle = isZip(head) ? firstPickle(head) : head;
  if (pickle === null) return null;
  try {
    return readModel(pickle);
  } catch (error) {
    const isCut = error instanceof VoronoiceError && error.code === 'MODEL_CORRUPT' && head.length >= MODEL_HEAD_BYTES;
    if (isCut) return null;
    throw error;
  }
}

function isZip(head: Uint8Array): boolean {
  return ZIP_MAGIC.every((byte, at) => head[at] === byte);
}

/** What follows the header of the first file in a ZIP, where that is `data.pkl` as it was written. */
function firstPickle(head: Uint8Array): Uint8Array | null {
  if (head.length < LOCAL_HEADER.bytes) return null;
  const header = Buffer.from(head.buffer, head.byteOffset, head.length);
  const nameEnd = LOCAL_HEADER.bytes + header.readUInt16LE(LOCAL_HEADER.nameLength);
  const isPickle =
    header.readUInt16LE(LOCAL_HEADER.method) === STORED &&
    PICKLE_NAME.test(header.toString('latin1', LOCAL_HEADER.bytes, nameEnd));
  return isPickle ? head.subarray(nameEnd + header.readUInt16LE(LOCAL_HEADER.extraLength)) : null;
}
