import { dirname, join } from 'node:path';
import type { Absence } from '@shared/contract/library';
import type { ScanResult, Voice } from '@shared/contract/voices';
import { HOSTS } from '@shared/domain/hosts';
import { isInside } from '../../supervisor/inside';
import { inTurns } from '../system/turns';

/** Looking at more voices one by one takes longer than looking through the folder that they lie in. */
const MOST_VOICES = 20;

/**
 * The voices of a folder that changes at these paths are about; null when they may be about more than that: a voice that
 * is new, gone or renamed, or indexes that any voice may own.
 */
export function partOf(scan: ScanResult | null, paths: readonly string[]): readonly Voice[] | null {
  const voices = new Set<Voice>();
  for (const path of paths) {
    const around = (scan?.voices ?? []).filter((voice) => ownFolders(voice).some((folder) => isInside(path, folder)));
    if (around.length === 0) return null;
    for (const voice of around) voices.add(voice);
  }
  return voices.size === 0 || voices.size > MOST_VOICES ? null : [...voices];
}

/**
 * The same folder with what was found of some of its voices now; null when it is not certain that they are the same
 * voices: a folder that is looked at by itself does not tell which links lead to it, and who is around it.
 *
 * @param found What was found in the folder of each, null where that failed.
 */
export function withVoices(
  scan: ScanResult,
  voices: readonly Voice[],
  found: readonly (ScanResult | null)[],
): ScanResult | null {
  const renewed = new Map<string, Voice>();
  for (const [position, before] of voices.entries()) {
    const now = found[position]?.voices.find(({ id }) => id === before.id);
    if (now === undefined || now.name !== before.name || now.hostRoot !== before.hostRoot) return null;
    renewed.set(before.id, before.links === undefined ? now : { ...now, links: before.links });
  }
  return { ...scan, voices: scan.voices.map((voice) => renewed.get(voice.id) ?? voice) };
}

/** What is to be watched of something in the library. */
export interface Watched {
  readonly root: string;
  /** It was not there when it was looked at last. */
  readonly gone: boolean;
  /** Folders, the root first, in which a change is a change of what the library shows. */
  readonly folders: readonly string[];
  /** Index files, which may be written anew without a change of their folder. */
  readonly files: readonly string[];
}

/** @param absence Of what cannot be reached, only whether it is there again is watched. */
export async function watchedOf(root: string, absence: Absence | null, scan: ScanResult | null): Promise<Watched> {
  const { voices, indexes, looked } = (absence === null ? scan : null) ?? { voices: [], indexes: [] };
  const loose = indexes.filter(({ place }) => place !== 'opened').map(({ path }) => dirname(path));
  const files = new Set(indexes.map(({ path }) => path));
  const around = new Set<string>();
  const own: string[] = [];
  await inTurns(voices, (voice) => {
    for (const folder of foldersAround(voice)) around.add(folder);
    own.push(...foldersOf(voice));
    for (const { place, path } of voice.indexes) if (place !== 'built') files.add(path);
  });
  files.delete(root);
  const folders = new Set([root, ...(looked?.parents ?? []), ...loose, ...around, ...own]);
  return { root, gone: absence === 'gone', folders: [...folders], files: [...files] };
}

/** Also those in which its indexes were built. */
function ownFolders(voice: Voice): readonly string[] {
  const built = voice.indexes.filter(({ place }) => place === 'built');
  return [...foldersOf(voice), ...built.map(({ path }) => dirname(path))];
}

function foldersOf({ path, featuresPath }: Voice): readonly string[] {
  return featuresPath === null || featuresPath === path ? [path] : [path, featuresPath];
}

/** Where its host keeps the indexes and models of all voices. */
function foldersAround({ host, hostRoot }: Voice): readonly string[] {
  if (host === null || hostRoot === null) return [];
  const { home, indexFolder, modelFolders } = HOSTS[host];
  const below = [[home], ...(indexFolder === null ? [] : [indexFolder]), ...modelFolders];
  return below.map((segments) => join(hostRoot, ...segments));
}
