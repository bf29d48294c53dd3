import { isAbsolute, relative, sep } from 'node:path';

/** Whether a path is a folder, or lies in it. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Whether one path is the other or lies inside it. */
export function overlaps(one: string, other: string): boolean {
  return isInside(one, other) || isInside(other, one);
}
