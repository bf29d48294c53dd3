import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import type { VoiceSound } from '@shared/contract/sound';
import { layouts } from '@shared/domain/hosts';
import type { LayoutRules } from '@shared/domain/hosts/rules';
import { stemOf } from '@shared/domain/voice/stem';
import { RECORDING_ENDINGS } from '@shared/formats/recording';
import { byCodePoint, isSystemFile } from '../features/features';

/** A folder of recordings, cut as the features were made of them: `<stem>.wav` (or .flac, .mp3) for `<stem>.npy`. */
export interface SliceFolder {
  readonly kind: VoiceSound['folder'];
  readonly path: string;
}

/** Where hosts keep the slices of a voice: first those that features are made of. */
const USUAL: readonly (readonly [SliceFolder['kind'], ReadonlySet<string>])[] = [
  ['16k', namesOf(({ slices }) => slices)],
  ['full', namesOf(({ fullRateSlices }) => fullRateSlices)],
];

function namesOf(rule: (layout: LayoutRules) => string | null): ReadonlySet<string> {
  return new Set(layouts().flatMap(([, layout]) => rule(layout) ?? []));
}

/**
 * Folders that may hold the slices of a voice, the likeliest first.
 *
 * @param pointed the one a person has pointed to; it comes before all others
 */
export function sliceFolders(voice: string, pointed: string | null): readonly SliceFolder[] {
  const usual = USUAL.flatMap(([kind, names]) => [...names].map((name) => ({ kind, path: join(voice, name) })));
  return pointed === null ? usual : [{ kind: 'pointed', path: pointed }, ...usual];
}

/** Slices by name, and the folder they are in. */
export interface Slices extends SliceFolder {
  /** One for each stem. */
  readonly names: readonly string[];
}

/** The slices of a voice, from the first folder that holds any; null when there are none. */
export async function listSlices(voice: string, pointed: string | null): Promise<Slices | null> {
  for (const folder of sliceFolders(voice, pointed)) {
    const names = slicesAmong(await readdir(folder.path).catch((): string[] => []));
    if (names.length > 0) return { ...folder, names };
  }
  return null;
}

/**
 * Names of the slices that features were not made of, in order: extraction stopped half way, or found nothing to use.
 * None of a folder that was pointed to, which may hold the recordings of others as well.
 *
 * @param tried Files of features, those that cannot be used among them.
 */
export function slicesWithout({ kind, names }: Slices, tried: readonly { readonly name: string }[]): readonly string[] {
  if (kind === 'pointed') return [];
  const extracted = new Set(tried.map(({ name }) => stemOf(name)));
  return names.filter((name) => !extracted.has(stemOf(name))).sort(byCodePoint);
}

/** Of recordings with one stem, the one whose ending is named first. */
function slicesAmong(names: readonly string[]): readonly string[] {
  const byStem = new Map<string, { readonly name: string; readonly rank: number }>();
  for (const name of names) {
    const rank = rankOf(name);
    const known = byStem.get(stemOf(name));
    if (rank >= 0 && !isSystemFile(name) && (known === undefined || rank < known.rank)) {
      byStem.set(stemOf(name), { name, rank });
    }
  }
  return Array.from(byStem.values(), ({ name }) => name);
}

/** -1 for what is no recording. */
function rankOf(name: string): number {
  return RECORDING_ENDINGS.findIndex((ending) => name.toLowerCase().endsWith(`.${ending}`));
}

/** How an ending is written, unless somebody wrote it by hand. */
const USUAL_ENDINGS = RECORDING_ENDINGS.flatMap((ending) => [`.${ending}`, `.${ending.toUpperCase()}`]);

/**
 * The slice that a file of features was made of. Its folder is listed only where it has none of the usual endings.
 *
 * @throws `SLICE_NOT_FOUND`
 */
export async function findSlice(folders: readonly SliceFolder[], file: string): Promise<string> {
  const stem = stemOf(file);
  const usual = USUAL_ENDINGS.map((ending) => stem + ending);
  for (const { path } of folders) {
    const found = (await firstThere(path, usual)) ?? (await firstThere(path, await namesOfStem(path, stem)));
    if (found !== null) return found;
  }
  throw new VoronoiceError('SLICE_NOT_FOUND', `The recording of "${file}" is not where the others are.`, { file });
}

async function namesOfStem(folder: string, stem: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return slicesAmong(names.filter((name) => stemOf(name) === stem));
}

async function firstThere(folder: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const path = join(folder, name);
    if ((await stat(path).catch(() => null)) !== null) return path;
  }
  return null;
}
