import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { IndexFile, ScanResult, Voice } from '@shared/contract/voices';
import type { RequestOf } from '@shared/jobs';
import { HOST_LIST } from '@shared/domain/hosts';
import { parseIndexName } from '@shared/domain/hosts/names';
import {
  homeOf,
  hostAt,
  type HostFolder,
  hostOf,
  indexFolderOf,
  isFolder,
  linkedFolder,
  type Place,
  readIndexFile,
  readIndexFiles,
  readVoice,
  recognize,
} from '../features/experiment';
import { byCodePoint } from '../features/features';
import { onFile } from '../files/fileErrors';
import { realPath } from '../files/paths';
import { type JobContext, throwIfCancelled } from '../context';

const MOST = 5_000;

/** What a folder turned out to be, before its voices are read. */
interface Finding {
  readonly what: ScanResult['what'];
  readonly places: readonly Place[];
  readonly hosts: readonly HostFolder[];
  /** Folders whose loose index files belong to the finding. */
  readonly indexFolders: readonly string[];
}

/**
 * Looks through what a person chose: a host's folder, its `logs`, one experiment, a bare folder of features, a folder
 * with several hosts in it, or one index file. Reads headers only and never writes.
 *
 * @throws `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `JOB_CANCELLED`
 */
export async function scan(request: RequestOf<'scan'>, context: JobContext<'scan'>): Promise<ScanResult> {
  const { signal, progress } = context;
  const root = await realPath(request.path);
  if (!(await onFile(root, 'read', () => stat(root))).isDirectory()) {
    return { root, what: 'index', voices: [], indexes: [await readIndexFile(root, 'opened', signal)] };
  }
  const finding = await explore(root, signal);
  const outside = await outsideIndexes(finding, signal);
  const places = distinct(finding.places).slice(0, MOST);
  const voices: Voice[] = [];
  for (const [position, place] of places.entries()) {
    throwIfCancelled(signal);
    progress('scan', position, places.length);
    const host = await hostOf(place.path);
    voices.push(await readVoice(place, host, await ownedBy(place, outside), request.builtRoot, signal));
  }
  progress('scan', places.length, places.length);
  const owned = new Set(voices.flatMap((voice) => voice.indexes.map((index) => index.id)));
  // One experiment was asked for: what else lies in its host's index folder is none of its business.
  const loose = finding.what === 'voice' || finding.what === 'features' ? [] : outside;
  const indexes = loose.filter((index) => !owned.has(index.id)).slice(0, MOST);
  return { root, what: voices.length === 0 && indexes.length > 0 ? 'index' : finding.what, voices, indexes };
}

async function explore(root: string, signal: AbortSignal): Promise<Finding> {
  const own = await recognize(root);
  const host = await hostAt(root);
  // A folder with `logs` in it is a host, unless it has features of its own.
  if (own[0] !== undefined && (host === null || own[0].featuresPath !== null)) {
    const around = await hostOf(own[0].path);
    return {
      what: own[0].layout === 'bare' ? 'features' : 'voice',
      places: own,
      hosts: around === null ? [] : [around],
      indexFolders: [],
    };
  }
  if (host !== null) {
    const home = homeOf(host);
    return { what: host.kind, places: await voicesIn(home, signal), hosts: [host], indexFolders: [home] };
  }
  const places = await voicesIn(root, signal);
  const isHome = HOST_LIST.some(({ home }) => home === basename(root));
  if (places.length > 0 || isHome) {
    const around = isHome ? await hostAt(dirname(root)) : null;
    return { what: 'logs', places, hosts: around === null ? [] : [around], indexFolders: [root] };
  }
  return hostsIn(root, signal);
}

/** Several hosts side by side, as people have who try them all. */
async function hostsIn(root: string, signal: AbortSignal): Promise<Finding> {
  const hosts: HostFolder[] = [];
  for (const folder of await foldersIn(root)) {
    throwIfCancelled(signal);
    const host = await hostAt(folder);
    if (host !== null) hosts.push({ ...host, path: await realPath(folder) });
  }
  const homes = hosts.map(homeOf);
  const places = await Promise.all(homes.map((folder) => voicesIn(folder, signal)));
  return { what: hosts[0]?.kind ?? 'nothing', places: places.flat(), hosts, indexFolders: [root, ...homes] };
}

async function voicesIn(folder: string, signal: AbortSignal): Promise<Place[]> {
  const places: Place[] = [];
  for (const child of await foldersIn(folder)) {
    throwIfCancelled(signal);
    // A folder that may not be entered, or is gone by now, does not keep the others from being shown.
    places.push(...(await recognize(child).catch(() => [])));
  }
  return places;
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const names = await onFile(folder, 'read', () => readdir(folder));
  const folders: string[] = [];
  for (const name of names.sort(byCodePoint)) {
    if (!name.startsWith('.') && (await isFolder(join(folder, name)))) folders.push(join(folder, name));
  }
  return folders;
}

/** Two links to one folder are one voice. */
function distinct(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map((place) => [place.path, place])).values()];
}

async function outsideIndexes({ hosts, indexFolders }: Finding, signal: AbortSignal): Promise<IndexFile[]> {
  const folders = [...hosts.flatMap((host) => indexFolderOf(host) ?? []), ...indexFolders];
  const files: IndexFile[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch((): string[] => []);
    files.push(...(await readIndexFiles(folder, names.sort(byCodePoint), 'outside', signal)));
  }
  return files;
}

/** The ones that are named after a voice, or are links into its folder. */
async function ownedBy(place: Place, outside: readonly IndexFile[]): Promise<IndexFile[]> {
  const owned: IndexFile[] = [];
  for (const index of outside) {
    const named = parseIndexName(index.name)?.name === place.name;
    if (named || (index.link === 'ok' && (await linkedFolder(index.path)) === place.path)) owned.push(index);
  }
  return owned;
}
