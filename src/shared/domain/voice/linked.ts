import type { IndexFile } from '../../contract/voices';

/** Among the indexes of its voice, those that may be links to this one: they would lead nowhere without it. */
export function linksTo({ id, link, content }: IndexFile, siblings: readonly IndexFile[]): readonly IndexFile[] {
  if (link !== 'none' || content === undefined) return [];
  return siblings.filter((other) => other.id !== id && other.link === 'ok' && other.content === content);
}
