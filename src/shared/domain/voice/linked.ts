import type { IndexFile } from '../../contract/voices';

/** Among the indexes of its voice, those that may be links to this one: they would lead nowhere without it. */
export function linksTo({ id, link, content }: IndexFile, siblings: readonly IndexFile[]): readonly IndexFile[] {
  if (link !== 'none' || content === undefined) return [];
  return siblings.filter((other) => other.id !== id && other.link === 'ok' && other.content === content);
}

/** The index of its voice that this one is the same as, to the bit; null: it is no copy, or that one is gone. */
export function originalOf({ id, copyOf, bytes }: IndexFile, siblings: readonly IndexFile[]): IndexFile | null {
  if (copyOf === undefined) return null;
  return siblings.find((other) => other.id !== id && other.name === copyOf && other.bytes === bytes) ?? null;
}

/** The copies that are the same as this index, to the bit. */
export function copiesOf(index: IndexFile, siblings: readonly IndexFile[]): readonly IndexFile[] {
  return siblings.filter((other) => originalOf(other, siblings)?.id === index.id);
}
