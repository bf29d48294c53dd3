import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What lies in a folder: by path, what it is, who may read it, and its content. */
export type State = ReadonlyMap<string, string>;

/** The time in the name of a backup is another in each run. */
const TIME = /\d{8}-\d{6}(?:-\d+)?/;

export function stateOf(folder: string): State {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path).replace(TIME, 'TIME'), describe(path)];
    }),
  );
}

function describe(path: string): string {
  const found = lstatSync(path);
  if (found.isDirectory()) return 'folder';
  if (found.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  return `${(found.mode & 0o777).toString(8)} ${contentOf(path)}`;
}

/** What says when and how long something was done differs in each run. */
function contentOf(path: string): string {
  const bytes = readFileSync(path);
  if (!/(?<!params)\.json$/.test(path)) return createHash('sha256').update(bytes).digest('hex');
  JSON.parse(bytes.toString('utf8'));
  return 'whole JSON';
}
