import type { Voice } from '@shared/contract/voices';

/** Whether there is something to build an index of a voice from: frames of one kind, which can be read. */
export function hasMaterial({ frames, problem }: Pick<Voice, 'frames' | 'problem'>): boolean {
  return problem === null && frames > 0;
}
