import type { Dirent } from 'node:fs';
import { opendir, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { onFile } from '@shared/contract/systemErrors';
import { HOSTS, LAYOUTS } from '@shared/domain/hosts';
import type { HostIndex, PickRule, Segments } from '@shared/domain/hosts/rules';
import { throwIfCancelled } from '../context';
import { isFolder } from '../files/paths';
import { homeOf, type HostFolder } from './hostFolder';

/** Files of a host, as it comes by them itself. */
export interface HostFiles {
  readonly models: readonly Segments[];
  readonly indexes: readonly HostIndex[];
}

/** How the host in a folder chooses an index; null when it does not go by names. */
export async function pickRuleOf({ kind, path }: HostFolder): Promise<PickRule | null> {
  const { picker } = HOSTS[kind];
  if (picker === null) return null;
  for (const version of picker.versions) {
    if (version.toldBy !== null && (await isFolder(join(path, ...version.toldBy)))) return version;
  }
  return picker.versions.find(({ toldBy }) => toldBy === null) ?? picker.versions[0];
}

/**
 * The models that a host offers and the indexes that it chooses from.
 *
 * @throws FILE_UNREADABLE and the like when its own folder cannot be read; what is below is passed over, as the host does
 */
export async function filesOf(host: HostFolder, rule: PickRule, signal: AbortSignal): Promise<HostFiles> {
  const { modelFolders, home } = HOSTS[host.kind];
  // Answers with an error where the rest would only find nothing.
  await onFile(homeOf(host), 'read', async () => (await opendir(homeOf(host))).close());
  const walk: Walk = { root: host.path, rule, signal, visited: new Set() };
  const found = new Map<string, readonly Found[]>();
  for (const segments of rule.looksIn) found.set(segments.join('/'), await below(segments, false, walk));
  const indexes = [...found.values()].flat().filter(({ segments }) => /\.index$/i.test(segments.at(-1) ?? ''));
  // Where models have no folder of their own, they lie among the indexes.
  const offered =
    modelFolders.length === 0
      ? (found.get(home) ?? [])
      : (await Promise.all(modelFolders.map((segments) => filesIn(segments, walk)))).flat();
  return {
    models: offered.map(({ segments }) => segments).filter((segments) => rule.isModel(segments.at(-1) ?? '')),
    indexes: await Promise.all(indexes.map((index) => describe(host.path, index, rule))),
  };
}

interface Found {
  readonly segments: Segments;
  /** It is a link, or in a folder that is one. */
  readonly isLinked: boolean;
}

interface Walk {
  readonly root: string;
  readonly rule: Pick<PickRule, 'order' | 'followsLinks'>;
  readonly signal: AbortSignal;
  /** Folders behind links, each looked into once: links may lead in a circle. */
  readonly visited: Set<string>;
}

const WORTH = /\.(index|pth|onnx)$/i;

/** In the folder of a voice, what holds thousands of files and neither a model nor an index. */
const MATERIAL: readonly RegExp[] = Object.values(LAYOUTS).flatMap(({ features, slices, fullRateSlices, pitch }) => [
  ...features.map(({ pattern }) => pattern),
  ...[slices, fullRateSlices, pitch].flatMap((name) => (name === null ? [] : [new RegExp(`^${name}$`)])),
]);
const DEPTH_OF_MATERIAL = 3;

const NEVER = 0;

/** Models and indexes below a folder in the order of the disk, as Python's `os.walk` comes by them. */
async function below(folder: Segments, isLinked: boolean, walk: Walk): Promise<readonly Found[]> {
  throwIfCancelled(walk.signal);
  const own: Found[] = [];
  const deeper: Found[] = [];
  for (const entry of await entriesOf(walk.root, folder)) {
    const segments: Segments = [...folder, entry.name];
    const isLink = entry.isSymbolicLink();
    if (!entry.isDirectory() && !(isLink && (await isFolder(join(walk.root, ...segments))))) {
      if (WORTH.test(entry.name)) own.push({ segments, isLinked: isLinked || isLink });
    } else if (!isLink || (await isFollowed(segments, walk))) {
      deeper.push(...(await below(segments, isLinked || isLink, walk)));
    }
  }
  return walk.rule.order === 'topFirst' ? [...own, ...deeper] : [...deeper, ...own];
}

function isMaterial(segments: Segments): boolean {
  return segments.length >= DEPTH_OF_MATERIAL && MATERIAL.some((pattern) => pattern.test(segments.at(-1) ?? ''));
}

async function isFollowed(segments: Segments, { root, rule, visited }: Walk): Promise<boolean> {
  if (!rule.followsLinks) return false;
  const real = await realpath(join(root, ...segments)).catch(() => null);
  if (real === null || visited.has(real)) return false;
  visited.add(real);
  return true;
}

async function filesIn(folder: Segments, { root }: Walk): Promise<readonly Found[]> {
  const entries = await entriesOf(root, folder);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ segments: [...folder, entry.name], isLinked: entry.isSymbolicLink() }));
}

/** What can be chosen, in the order of the disk. What may not be read is empty for the host, too. */
async function entriesOf(root: string, folder: Segments): Promise<readonly Dirent[]> {
  const path = join(root, ...folder);
  const isChoice = (entry: Dirent): boolean =>
    entry.isFile() ? WORTH.test(entry.name) : !isMaterial([...folder, entry.name]);
  try {
    // Sorted, but in one go: most folders of voices hold one choice at most.
    const sorted = (await readdir(path, { withFileTypes: true })).filter(isChoice);
    if (sorted.length < 2) return sorted;
    const entries: Dirent[] = [];
    for await (const entry of await opendir(path)) if (isChoice(entry)) entries.push(entry);
    return entries;
  } catch {
    // Its host passes over such a folder, too.
    return [];
  }
}

async function describe(
  root: string,
  { segments, isLinked }: Found,
  { byAge }: Pick<PickRule, 'byAge'>,
): Promise<HostIndex> {
  const path = join(root, ...segments);
  const real = isLinked ? await realpath(path).catch(() => path) : path;
  // A link that leads nowhere is chosen like any other.
  const modified = byAge
    ? await stat(path)
        .then(({ mtimeMs }) => mtimeMs)
        .catch(() => NEVER)
    : NEVER;
  return { segments, real, modified };
}
