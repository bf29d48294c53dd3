import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { toFailure, VoronoiceError } from '@shared/contract/errors';
import type { ModelFile } from '@shared/contract/models';
import { type IndexFile, MOST_FOUND, type ScanResult, type Voice } from '@shared/contract/voices';
import type { RequestOf } from '@shared/jobs';
import { MERGED } from '@shared/jobs/scan';
import { HOST_LIST } from '@shared/domain/hosts';
import { byCodePoint } from '../features/features';
import { onFile, toFileError } from '@shared/contract/systemErrors';
import { isFolder, realPath } from '../files/paths';
import { belongings } from '../voices/belonging';
import { discover } from '../voices/discover';
import { homeOf, hostAt, type HostFolder, hostOf, indexFolderOf } from '../voices/hostFolder';
import { type Looking, readIndexFile, readIndexFiles } from '../voices/indexFiles';
import { modelsApart, modelsIn, readModels } from '../voices/modelFiles';
import type { Place } from '../voices/place';
import { recognize } from '../voices/recognize';
import { type Outside, readVoice } from '../voices/voice';
import { type JobContext, throwIfCancelled } from '../context';

/** What a folder turned out to be, before its voices are read. */
interface Finding {
  readonly what: ScanResult['what'];
  readonly places: readonly Place[];
  readonly hosts: readonly HostFolder[];
  /** Folders whose loose index files belong to the finding. */
  readonly indexFolders: readonly string[];
  readonly looked: ScanResult['looked'];
}

/**
 * Looks through what a person chose: a host's folder, its `logs`, one experiment, a bare folder of features or a file
 * of it, a folder with several hosts in it, or one index file. Reads headers only and never writes.
 *
 * @throws `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `JOB_CANCELLED`
 */
export async function scan(request: RequestOf<'scan'>, context: JobContext<'scan'>): Promise<ScanResult> {
  const { signal, progress, leftOut } = context;
  const looking = { home: request.home, built: request.built, signal, leftOut };
  const chosen = await realPath(request.path);
  const isFile = !(await onFile(chosen, 'read', () => stat(chosen))).isDirectory();
  if (isFile && !isFeatures(chosen)) {
    const indexes = [await readIndexFile(chosen, 'opened', looking)];
    return { root: chosen, what: 'index', voices: [], indexes, models: [] };
  }
  const root = isFile ? dirname(chosen) : chosen;
  const merged = request.built.some((folder) => root === join(folder, MERGED));
  const finding = merged ? await mergedVoices(root) : await explore(isFile ? root : resolve(request.path), signal);
  const outside: Outside = {
    indexes: await outsideIndexes(finding, looking),
    models: await outsideModels(finding),
  };
  const all = distinct(finding);
  const places = all.slice(0, MOST_FOUND);
  const ownOf = await belongings(
    outside,
    places.map(([place]) => place),
  );
  const voices: Voice[] = [];
  const unread = [...(finding.looked?.unread ?? [])];
  for (const [position, [place, links]] of places.entries()) {
    throwIfCancelled(signal);
    progress('scan', position, places.length);
    try {
      const host = hostAround(place, finding.hosts) ?? (await hostOf(place.seen));
      const voice = await readVoice(place, host, ownOf(place), request.pointed, looking);
      // What was merged is there as long as one index of it is.
      if (!merged || voice.indexes.length > 0)
        voices.push(links.length === 0 ? voice : { ...voice, links: links.slice(0, 100) });
    } catch (error) {
      throwIfCancelled(signal);
      // The one that was asked for is the whole answer; of many, one hides no other.
      if (finding.looked === undefined) throw error;
      unread.push({ path: place.path, problem: toFailure(toFileError(error, place.path, 'read')) });
    }
  }
  await requireStillThere(root, places);
  progress('scan', places.length, places.length);
  const owned = new Set(voices.flatMap(({ indexes, models }) => [...indexes, ...models].map(({ path }) => path)));
  // One experiment was asked for: what else lies in its host's index folder is none of its business.
  const isOne = finding.what === 'voice' || finding.what === 'features';
  const loose: Outside = isOne ? { indexes: [], models: [] } : outside;
  const indexes = loose.indexes.filter(({ path }) => !owned.has(path)).slice(0, MOST_FOUND);
  const models = await readModels(loose.models.filter((path) => !owned.has(path)).slice(0, MOST_FOUND), looking);
  const what = voices.length > 0 ? finding.what : (looseOnly(indexes, models) ?? finding.what);
  const complete = finding.looked?.complete === true && all.length <= MOST_FOUND;
  const looked =
    finding.looked === undefined ? {} : { looked: { ...finding.looked, complete, unread: unread.slice(0, 100) } };
  return { root, what, voices, indexes, models, ...looked };
}

/**
 * A drive that was pulled out meanwhile leaves what was read of it before, perhaps beside an empty folder in its place: part of
 * an answer would be taken for all of it.
 *
 * @throws `FILE_NOT_FOUND`
 */
async function requireStillThere(root: string, places: readonly (readonly [Place, string[]])[]): Promise<void> {
  await onFile(root, 'read', () => stat(root));
  for (const [{ path }] of places) if (await isFolder(path)) return;
  if (places.length > 0) throw new VoronoiceError('FILE_NOT_FOUND', `"${root}" went away meanwhile.`, { path: root });
}

/** What a folder is called that holds no voice; null when nothing in it could be used. */
function looseOnly(indexes: readonly IndexFile[], models: readonly ModelFile[]): 'index' | 'models' | null {
  if (indexes.length > 0) return 'index';
  return models.some(({ facts }) => facts?.what === 'voice') ? 'models' : null;
}

/** A file of features stands for the folder that it lies in. */
function isFeatures(path: string): boolean {
  return extname(path).toLowerCase() === '.npy';
}

/** The voices that were merged here, each in a folder of its name. */
async function mergedVoices(root: string): Promise<Finding> {
  const places: Place[] = [];
  for (const name of (await onFile(root, 'read', () => readdir(root))).sort(byCodePoint)) {
    const path = join(root, name);
    if (await isFolder(path)) places.push({ layout: 'merged', path, name, featuresPath: null, seen: path });
  }
  const looked = { folders: places.length, levels: 1, complete: true, archives: [], unread: [] };
  return { what: 'merged', places, hosts: [], indexFolders: [], looked };
}

/** The host that a voice was found in, also in a folder of voices below its own. */
function hostAround({ seen }: Place, hosts: readonly HostFolder[]): HostFolder | null {
  return hosts.find((host) => seen.startsWith(homeOf(host) + sep)) ?? null;
}

async function explore(root: string, signal: AbortSignal): Promise<Finding> {
  const isHome = HOST_LIST.some(({ home }) => home === basename(root));
  const own = isHome ? [] : await recognize(root);
  const host = await hostAt(root);
  // A folder with `logs` in it is a host, unless it has features of its own.
  if (own[0] !== undefined && (host === null || own[0].featuresPath !== null)) {
    const around = await hostOf(own[0].seen);
    return {
      what: own[0].layout === 'bare' ? 'features' : 'voice',
      places: own,
      hosts: around === null ? [] : [around],
      indexFolders: [],
      looked: undefined,
    };
  }
  const { places, hosts, indexFolders, ...looked } = await discover(root, signal);
  const around = isHome ? await hostAt(dirname(root)) : null;
  const [first] = hosts;
  const what = first !== undefined ? first.kind : isHome || places.length > 0 ? 'logs' : 'nothing';
  return { what, places, hosts: around === null ? hosts : [around, ...hosts], indexFolders, looked };
}

/**
 * Two links to one folder are one voice seen twice: named as a host knows it, and as it is itself, where it is among them.
 */
function distinct({ places, hosts }: Finding): readonly (readonly [Place, links: string[]])[] {
  const byPath = new Map<string, Place[]>();
  for (const place of places) byPath.set(place.path, [...(byPath.get(place.path) ?? []), place]);
  return [...byPath.values()].flatMap((same) => {
    const inHost = same.filter((place) => hostAround(place, hosts) !== null);
    const known = inHost.length > 0 ? inHost : same;
    const named = known.find(({ name, path }) => name === basename(path)) ?? known[0];
    if (named === undefined) return [];
    const others = same.filter(({ path, seen }) => seen !== named.seen && seen !== path);
    return [[named, others.map(({ seen }) => seen)] as const];
  });
}

async function outsideIndexes({ hosts, indexFolders }: Finding, looking: Looking): Promise<IndexFile[]> {
  const folders = [...hosts.flatMap((host) => indexFolderOf(host) ?? []), ...indexFolders];
  const files: IndexFile[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch((): string[] => []);
    files.push(...(await readIndexFiles(folder, names.sort(byCodePoint), 'outside', looking)));
  }
  return files;
}

/** Model files that lie in no voice's folder, by their paths. */
async function outsideModels({ hosts, indexFolders }: Finding): Promise<readonly string[]> {
  const apart = await Promise.all(hosts.map(modelsApart));
  const beside = await Promise.all(indexFolders.map(modelsIn));
  return [...new Set([...apart, ...beside].flat())];
}
