import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { toFailure } from '@shared/contract/errors';
import type { ScanResult } from '@shared/contract/voices';
import { HIDDEN_INDEX_FOLDER, isMaterial } from '@shared/domain/hosts';
import { throwIfCancelled } from '../context';
import { byCodePoint } from '../features/features';
import { onFile, toFileError } from '@shared/contract/systemErrors';
import { isFolder, realPath } from '../files/paths';
import { homeOf, hostAt, type HostFolder } from './hostFolder';
import type { Place } from './place';
import { recognize } from './recognize';

/** How far below the chosen folder voices are looked for: unzipped twice, in folders by kind. */
const LEVELS = 4;
const MOST_FOLDERS = 10_000;
const MOST_SECONDS = 20;
const MOST_NAMED = 100;
const MOST_PARENTS = 1_000;

/** What people get voices in, and what has to be unpacked before there is a voice. */
const ARCHIVES: ReadonlySet<string> = new Set(['.zip', '.7z', '.rar']);

/** Folders that hold nothing of a person's. */
const NOBODYS: ReadonlySet<string> = new Set(['__MACOSX', 'node_modules', '$RECYCLE.BIN', 'System Volume Information']);

/** What was found below a folder, and how thoroughly it was looked for. */
export interface Discovery extends NonNullable<ScanResult['looked']> {
  readonly places: readonly Place[];
  readonly hosts: readonly HostFolder[];
  /** Folders whose index files belong to no voice by where they lie. */
  readonly indexFolders: readonly string[];
}

/**
 * Looks for voices and hosts below a folder, level by level, through links, each folder once. One that cannot be read is
 * named and hides no other.
 *
 * @throws `JOB_CANCELLED`
 */
export async function discover(root: string, signal: AbortSignal): Promise<Discovery> {
  const places: Place[] = [];
  const hosts: HostFolder[] = [];
  const indexFolders: string[] = [];
  const archives: string[] = [];
  const unread: Discovery['unread'][number][] = [];
  const known = new Map<string, readonly Place[]>();
  const until = performance.now() + 1_000 * MOST_SECONDS;

  /** @returns the folders to look into next */
  const visit = async (folder: string): Promise<readonly string[]> => {
    const real = await realPath(folder);
    const before = known.get(real);
    if (before !== undefined) {
      // Another link to a voice: it is the same voice under another name.
      places.push(...before.map((place) => ({ ...place, name: basename(folder), seen: folder })));
      return [];
    }
    const own = folder === root ? [] : await recognize(folder);
    const host = await hostAt(folder);
    const isVoice = own[0] !== undefined && (host === null || own[0].featuresPath !== null);
    known.set(real, isVoice ? own : []);
    if (isVoice) {
      places.push(...own);
      return [];
    }
    const inside = host === null ? folder : homeOf(host);
    if (host !== null) {
      hosts.push({ ...host, path: real });
      known.set(await realPath(inside), []);
    }
    const entries = (await onFile(inside, 'read', () => readdir(inside))).sort(byCodePoint);
    indexFolders.push(inside);
    if (entries.includes(HIDDEN_INDEX_FOLDER)) indexFolders.push(join(inside, HIDDEN_INDEX_FOLDER));
    const children: string[] = [];
    for (const name of entries) {
      const path = join(inside, name);
      if (name.startsWith('.') || NOBODYS.has(name) || isMaterial(name, basename(inside))) continue;
      if (await isFolder(path)) children.push(path);
      else if (ARCHIVES.has(extname(name).toLowerCase())) archives.push(path);
    }
    return children;
  };

  let folders = 0;
  let complete = true;
  let level: readonly string[] = [root];
  for (let depth = 0; depth <= LEVELS && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      throwIfCancelled(signal);
      if (folders >= MOST_FOLDERS || performance.now() > until) {
        complete = false;
        break;
      }
      folders += 1;
      try {
        next.push(...(await visit(folder)));
      } catch (error) {
        throwIfCancelled(signal);
        if (folder === root) throw error;
        unread.push({ path: folder, problem: toFailure(toFileError(error, folder, 'read')) });
      }
    }
    level = next;
  }
  return {
    places,
    hosts,
    indexFolders,
    folders,
    levels: LEVELS,
    complete: complete && level.length === 0,
    parents: indexFolders.slice(0, MOST_PARENTS),
    archives: archives.slice(0, MOST_NAMED),
    unread: unread.slice(0, MOST_NAMED),
  };
}
