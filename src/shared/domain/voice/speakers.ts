import type { Selection } from '../../contract/build';

/**
 * Speakers of a voice, where there are several: Applio begins the name of each file of features with the number of its
 * speaker.
 *
 * @param files Names of all of them.
 * @returns the numbers, in order; empty where names say nothing of speakers
 */
export function speakersOf(files: readonly string[]): readonly string[] {
  const numbers = files.map(speakerOf);
  if (numbers.includes(null)) return [];
  return [...new Set(numbers.flatMap((number) => number ?? []))];
}

function speakerOf(file: string): string | null {
  return /^(\d+)_\d+_\d+\.npy$/i.exec(file)?.[1] ?? null;
}

/** Whether a selection takes this file of features: it is not left out by name, nor of another speaker. */
export function takesFile({ files, speaker }: Pick<Selection, 'files' | 'speaker'>): (file: string) => boolean {
  const names = new Set(files);
  return (file) => !names.has(file) && (speaker === undefined || speakerOf(file) === speaker);
}
