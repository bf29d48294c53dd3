import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { Place } from '@shared/jobs/kind';

/** The folder that a place names; null where names below a folder would lead out of it. */
export function folderOf(place: Place): string | null {
  if ('beside' in place) return dirname(place.beside);
  const { folder, below = [] } = place;
  const path = join(folder, ...below);
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? null : path;
}
