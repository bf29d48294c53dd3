/** What the numbers of a verdict's rows are, by their names, for whoever puts them in words. */
export type ValueKind =
  /** A share of moments or neighbors, said as "95 of 100". */
  | 'part'
  /** A share of something else. */
  | 'percent'
  /** Said as it is. */
  | 'plain'
  /** A count or a size. */
  | 'number';

const PARTS: readonly string[] = ['same', 'different', 'recall', 'missing', 'empty', 'droppedBlocks', 'own'];
const PERCENTS: readonly string[] = ['closeness'];
const PLAIN: readonly string[] = ['dimension', 'version', 'type', 'proposal', 'nprobe', 'suggested'];

export function valueKind(name: string): ValueKind {
  if (PLAIN.includes(name)) return 'plain';
  if (PARTS.includes(name)) return 'part';
  return PERCENTS.includes(name) ? 'percent' : 'number';
}
