import { createFaultFinder, type SoundFaults } from '@shared/domain/voice/soundFaults';
import type { Recording } from './recording';

/**
 * What is audibly wrong with a slice, read piece by piece.
 *
 * @param frames of its features
 * @throws as {@link Recording.read}
 */
export async function findFaults({ rate, length, read }: Recording, frames: number): Promise<SoundFaults> {
  const finder = createFaultFinder(rate, frames);
  await read({ first: 0, count: length }, (samples) => finder.add(samples));
  return finder.faults();
}
