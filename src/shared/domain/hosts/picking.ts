import type { PickReason } from '@shared/contract/uses';
import type { HostIndex, Picked, PickerRules, Segments } from './rules';

/** What the pickers of several hosts have in common. */

export function fileOf(segments: Segments): string {
  return segments.at(-1) ?? '';
}

/** The name of a file without its last ending. */
export function stemOf(segments: Segments): string {
  return fileOf(segments).replace(/(?<=.)\.[^.]*$/, '');
}

/** Whether a host lists a file that leaves out names with "trained" and minds the case of letters. */
export function isSeen(segments: Segments): boolean {
  const file = fileOf(segments);
  return file.endsWith('.index') && !file.includes('trained');
}

/** The first of those that fit for a reason. */
export function firstOf(fitting: readonly HostIndex[], why: PickReason): Picked['found'] {
  const [index, ...rivals] = fitting;
  return index === undefined ? null : { index, why, rivals: rivals.length };
}

/**
 * Whether some version of a host would load an index for a model although others are there for it: where the order of the
 * disk or the age decides, it might.
 */
export function mayLoadInstead(
  { versions }: PickerRules,
  model: Segments,
  other: Segments,
  ours: readonly Segments[],
): boolean {
  const known = (segments: Segments, modified: number): HostIndex => ({ segments, real: segments.join('/'), modified });
  const all = [known(other, 1), ...ours.map((segments) => known(segments, 0))];
  return versions.some(({ looksIn, pick }) => {
    const seen = all.filter(({ segments }) =>
      looksIn.some((folder) => folder.every((name, at) => segments[at] === name)),
    );
    return pick(model, seen).found?.index.segments === other;
  });
}
