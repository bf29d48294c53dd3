import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RequestOf, ResultOf } from '@shared/jobs';
import { featureFolder, rvc, SLICE_FOLDER } from '@shared/domain/hosts/rvc';
import { DIMENSION_OF, FRAMES_PER_MINUTE, FRAMES_PER_SECOND } from '@shared/domain/rvc';
import { createSampleSound, SAMPLE_SOUND_RATE } from '@shared/domain/voice/sampleSound';
import { stemOf } from '@shared/domain/voice/stem';
import { generateVoice } from '@shared/domain/voice/sampleVoice';
import { encodeWav } from '@shared/formats/wav';
import { requireAbsent, requireFreeSpace, transaction } from '../files/atomic';
import { writeNpy } from '../features/npyFile';
import { requireVoiceName } from '../files/paths';
import { type JobContext, throwIfCancelled } from '../context';

const SAMPLES_PER_FRAME = SAMPLE_SOUND_RATE / FRAMES_PER_SECOND;

/**
 * Makes the features of a voice that does not exist and the recordings they could be made of, laid out as RVC lays out an
 * experiment.
 *
 * @throws `FILE_EXISTS` when there is a voice of this name, `NAME_INVALID`, `DISK_FULL`, `FOLDER_READ_ONLY`,
 *   `JOB_CANCELLED`
 */
export async function sample(
  request: RequestOf<'sample'>,
  { signal, progress }: JobContext<'sample'>,
): Promise<ResultOf<'sample'>> {
  const { name, minutes, version, seed } = request;
  requireVoiceName(name);
  const home = resolve(request.root, rvc.home);
  const folder = join(home, name);
  const dimension = DIMENSION_OF[version];
  const expected = minutes * FRAMES_PER_MINUTE;
  await requireAbsent(folder);
  return transaction(async (files) => {
    await files.folder(home);
    await requireFreeSpace(home, expected * (dimension * 4 + SAMPLES_PER_FRAME * 2));
    let count = 0;
    let frames = 0;
    let bytes = 0;
    const staged = await files.stage(folder, async (temporary) => {
      const features = join(temporary, featureFolder(version));
      const slices = join(temporary, SLICE_FOLDER);
      await mkdir(features, { recursive: true });
      await mkdir(slices);
      const sound = createSampleSound(seed);
      progress('generate', 0, expected);
      for (const clip of generateVoice({ minutes, dimension, seed })) {
        throwIfCancelled(signal);
        bytes += await writeNpy(join(features, clip.name), clip.data, dimension);
        const recording = encodeWav(sound.speak(clip.spoken, clip.overlap), SAMPLE_SOUND_RATE, 's16');
        await writeFile(join(slices, `${stemOf(clip.name)}.wav`), recording, { flag: 'wx', flush: true });
        bytes += recording.length;
        count += 1;
        frames += clip.rows;
        progress('generate', frames, expected);
      }
    });
    throwIfCancelled(signal);
    await files.move(staged, folder);
    return { folder, files: count, frames, bytes };
  });
}
