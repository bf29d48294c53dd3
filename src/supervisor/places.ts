import { dirname, join } from 'node:path';
import { type RequestOf, type WorkKind, workKinds } from '@shared/jobs';
import type { Place } from '@shared/jobs/kind';
import { isInside } from './inside';

/** The folder that a place names; null where names below a folder would lead out of it. */
export function folderOf(place: Place): string | null {
  if ('beside' in place) return dirname(place.beside);
  const { folder, below = [] } = place;
  const path = join(folder, ...below);
  return isInside(path, folder) ? path : null;
}

/** The folder that work changes; null when it only looks. */
export function changedBy<K extends WorkKind>(work: RequestOf<K>): string | null {
  const place = workKinds[work.kind].changes(work);
  return place === null ? null : folderOf(place);
}
