import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import type { Version } from '@shared/contract/primitives';
import type { VoiceLayout } from '@shared/contract/voices';
import { HOST_LIST, isMaterial, layouts } from '@shared/domain/hosts';
import type { HostLayout } from '@shared/domain/hosts/rules';
import { ALL_FRAMES } from '@shared/domain/hosts/rvc';
import { byCodePoint, isSystemFile } from '../features/features';
import { onFile } from '@shared/contract/systemErrors';
import { isFolder, realPath } from '../files/paths';
import { homeOf, hostAt } from './hostFolder';
import type { Place } from './place';
import { readSlot } from './slots';
import { readTrainLog } from './training';

interface FeaturePattern {
  readonly pattern: RegExp;
  readonly version: Version | null;
  readonly layout: HostLayout;
}

/** Folders of features by name, the preferred first. */
const FEATURE_FOLDERS: readonly FeaturePattern[] = layouts().flatMap(([layout, { features }]) =>
  features.map((folder) => ({ ...folder, layout })),
);

/** RVC's layout, by which one file of all frames is known. */
const DEFAULT_LAYOUT: HostLayout = 'rvc';

/** What shows that a folder is an experiment whose features were not extracted yet, or were deleted; the surest first. */
const SIGNS: readonly (readonly [RegExp, HostLayout])[] = [
  ...layouts().flatMap(([layout, { certain }]) => (certain === null ? [] : [[certain, layout] as const])),
  ...layouts().flatMap(([layout, { likely }]) => likely.map((sign) => [sign, layout] as const)),
];

/**
 * Recognizes a folder as a voice. `logs/mute` is none.
 *
 * @returns usually one voice or none; several when the features lie in a folder per speaker
 * @throws `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export async function recognize(folder: string): Promise<readonly Place[]> {
  const path = await realPath(folder);
  const seen = resolve(folder);
  const name = basename(seen);
  if (isHostMaterial(path) || isHostMaterial(dirname(path))) return [];
  const layout = featureLayout(basename(path));
  if (layout !== null && (await hasNpy(path))) {
    const experiment = dirname(path);
    return [{ layout, path: experiment, name: basename(experiment), featuresPath: path, seen: experiment }];
  }
  const entries = await onFile(path, 'read', () => readdir(path, { withFileTypes: true }));
  const candidates = await featureCandidates(path, entries);
  for (const candidate of candidates) {
    if (await hasNpy(candidate.path)) {
      return [{ layout: candidate.layout, path, name, featuresPath: candidate.path, seen }];
    }
  }
  for (const candidate of candidates) {
    const speakers = await speakerFolders(candidate.path);
    if (speakers.length > 0) {
      return speakers.map((speaker) => ({
        layout: 'bare',
        path: speaker,
        // Unzipped into a folder of its own name, it is the same voice still.
        name: featureLayout(basename(speaker)) === null ? `${name}_${basename(speaker)}` : name,
        featuresPath: speaker,
        seen: speaker,
      }));
    }
  }
  const [empty] = candidates;
  if (empty !== undefined) return [{ layout: empty.layout, path, name, featuresPath: empty.path, seen }];
  if (entries.some(isNpy)) return [{ layout: 'bare', path, name, featuresPath: path, seen }];
  // All frames in one file, as RVC leaves it: what is left of a voice that was trained elsewhere.
  if (entries.some(({ name: entry }) => entry === ALL_FRAMES)) {
    return [{ layout: DEFAULT_LAYOUT, path, name, featuresPath: join(path, ALL_FRAMES), seen }];
  }
  for (const { home, slots } of HOST_LIST) {
    if (slots === null || basename(dirname(path)) !== home) continue;
    const slot = await readSlot(path, slots);
    if (slot !== null) return [{ layout: slots.layout, path, name: slot.name || name, featuresPath: null, seen }];
  }
  for (const [sign, signed] of SIGNS) {
    // A folder may be called `.index` or `backup.index`.
    const signs = (entry: Dirent): boolean =>
      sign.test(entry.name) && !isSystemFile(entry.name) && !(/\.index$/i.test(entry.name) && entry.isDirectory());
    if (entries.some(signs)) return [{ layout: signed, path, name, featuresPath: null, seen }];
  }
  return [];
}

/**
 * The one voice of a folder, for training: the folder itself, or the only one below it.
 *
 * @throws `NO_FEATURES` when it is no voice, holds several, or has no features yet
 */
export async function locateVoice(folder: string): Promise<Place & { readonly featuresPath: string }> {
  if (/\.npy$/i.test(folder)) {
    const path = await realPath(folder);
    if (!(await isFolder(path))) {
      const own = basename(path, '.npy');
      const name = basename(path) === ALL_FRAMES ? basename(dirname(path)) : own;
      return { layout: 'bare', path: dirname(path), name, featuresPath: path, seen: path };
    }
  }
  const own = await recognize(folder);
  const places = own.length > 0 ? own : await recognizeBelow(folder);
  const [place] = places;
  if (places.length === 1 && place?.featuresPath != null) return { ...place, featuresPath: place.featuresPath };
  throw new VoronoiceError(
    'NO_FEATURES',
    places.length > 1
      ? `"${folder}" holds ${places.length} voices: choose one of their folders.`
      : `"${folder}" has no folder of features and no .npy files.`,
    { path: folder, voices: places.length },
  );
}

/** Voices in a host's folder, or right below the folder. */
async function recognizeBelow(folder: string): Promise<readonly Place[]> {
  const host = await hostAt(folder);
  const parent = host === null ? folder : homeOf(host);
  const places: Place[] = [];
  for (const name of await onFile(parent, 'read', () => readdir(parent))) {
    const child = join(parent, name);
    if (await isFolder(child)) places.push(...(await recognize(child).catch(() => [])));
  }
  return places.filter(({ featuresPath }) => featuresPath !== null);
}

function isHostMaterial(path: string): boolean {
  return isMaterial(basename(path), basename(dirname(path)));
}

function featureLayout(name: string): VoiceLayout | null {
  return FEATURE_FOLDERS.find(({ pattern }) => pattern.test(name))?.layout ?? null;
}

async function featureCandidates(
  path: string,
  entries: readonly Dirent[],
): Promise<readonly { readonly path: string; readonly layout: VoiceLayout }[]> {
  const found: { path: string; layout: VoiceLayout; version: Version | null; rank: number }[] = [];
  for (const { name } of entries) {
    const rank = FEATURE_FOLDERS.findIndex(({ pattern }) => pattern.test(name));
    const folder = FEATURE_FOLDERS[rank];
    if (folder !== undefined && (await isFolder(join(path, name))))
      found.push({ path: join(path, name), layout: folder.layout, version: folder.version, rank });
  }
  // A voice that was first made for v1 and then for v2 has both; its log tells which one it is now.
  const current = found.length > 1 ? (await readTrainLog(path)).version : null;
  const order = ({ version, rank }: (typeof found)[number]): number =>
    current !== null && version === current ? -1 : rank;
  return found.sort((left, right) => order(left) - order(right) || byCodePoint(left.path, right.path));
}

/** ddPn08's RVC keeps the features of each speaker in a folder of their own. */
async function speakerFolders(path: string): Promise<readonly string[]> {
  const names = await readdir(path).catch((): string[] => []);
  const found: string[] = [];
  for (const name of names.sort(byCodePoint)) if (await hasNpy(join(path, name))) found.push(join(path, name));
  return found;
}

async function hasNpy(path: string): Promise<boolean> {
  return readdir(path, { withFileTypes: true }).then(
    (entries) => entries.some(isNpy),
    () => false,
  );
}

function isNpy(entry: Dirent): boolean {
  return !entry.isDirectory() && /\.npy$/i.test(entry.name) && entry.name !== ALL_FRAMES && !isSystemFile(entry.name);
}
