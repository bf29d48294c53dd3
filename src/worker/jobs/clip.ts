import { join } from 'node:path';
import type { Clip } from '@shared/contract/sound';
import type { RequestOf } from '@shared/jobs';
import { featureRows } from '../features/features';
import { cutClip } from '../sound/clip';
import { findSlice, sliceFolders } from '../voices/slices';
import type { JobContext } from '../context';

/**
 * Cuts some frames out of the recording that a file of features was made of.
 *
 * @throws `SLICE_NOT_FOUND`, `WAV_…`, `SOUND_…`, `FILE_UNREADABLE`, `FILE_CHANGED`, `JOB_CANCELLED`
 */
export async function clip(
  { voice, pointed, features, file, from, frames }: RequestOf<'clip'>,
  { signal, progress }: JobContext<'clip'>,
): Promise<Clip> {
  progress('cut', 0, 1);
  const [path, of] = await Promise.all([
    findSlice(sliceFolders(voice, pointed), file),
    features === null ? null : featureRows(join(features, file)),
  ]);
  const cut = await cutClip(path, { from, frames, of }, signal);
  progress('cut', 1, 1);
  return cut;
}
