import { createFaultFinder, type SoundFaults } from '@shared/domain/voice/soundFaults';
import { readWavHeader } from '@shared/formats/wav';
import { walkHandle, withFile } from '../files/randomAccess';
import { readMono } from './mono';

/**
 * What is audibly wrong with a slice, read piece by piece.
 *
 * @param frames of its features
 * @throws `WAV_…`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_CHANGED`, `JOB_CANCELLED`
 */
export function findFaults(path: string, frames: number, signal: AbortSignal): Promise<SoundFaults> {
  return withFile(path, async (handle, identity) => {
    const header = await walkHandle(handle, identity, readWavHeader, signal);
    const finder = createFaultFinder(header.rate, frames);
    await readMono(handle, header, { first: 0, count: header.length }, signal, (samples) => finder.add(samples));
    return finder.faults();
  });
}
