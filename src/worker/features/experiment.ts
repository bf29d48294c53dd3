import type { Dirent } from 'node:fs';
import { lstat, open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { toFailure, VoronoiceError } from '@shared/contract/errors';
import { Host, type Problem, type Version } from '@shared/contract/primitives';
import type { BuildRecord } from '@shared/contract/record';
import type { RequestOf } from '@shared/jobs';
import { BUILT } from '@shared/jobs/scan';
import type { Checkpoint, IndexFile, Voice, VoiceLayout } from '@shared/contract/voices';
import { HOST_LIST, HOSTS, isMaterial, LAYOUTS, layouts } from '@shared/domain/hosts';
import { problemsOf } from '@shared/domain/verdict/problems';
import { parseIndexName } from '@shared/domain/hosts/names';
import type { HostLayout } from '@shared/domain/hosts/rules';
import { ALL_FRAMES } from '@shared/domain/hosts/rvc';
import { versionOf } from '@shared/domain/rvc';
import { stemOf } from '@shared/domain/voice/stem';
import { staleness } from '@shared/domain/verdict/staleness';
import type * as v from 'valibot';
import { throwIfCancelled } from '../context';
import { byCodePoint, type FeatureFolder, isSystemFile, listFeatures } from './features';
import { onFile, toFileError } from '../files/fileErrors';
import { readIndexFacts } from '../files/indexFile';
import { pathId, realPath } from '../files/paths';
import { readRange } from '../files/randomAccess';
import { readRecord } from '../files/record';
import { listSlices, slicesWithout } from '../sound/slices';
import { readSlot } from './slots';

/** A folder that is a voice: one experiment of a host, or a bare folder of features. */
export interface Place {
  readonly layout: VoiceLayout;
  /** Real path of the experiment folder. */
  readonly path: string;
  readonly name: string;
  readonly featuresPath: string | null;
  /** The path under which it was found: a link, or the folder itself. It decides the name and the host. */
  readonly seen: string;
}

/** The folder of a host, the one that holds `logs`. */
export interface HostFolder {
  readonly kind: Host;
  readonly path: string;
}

type CheckpointFile = v.InferOutput<typeof Checkpoint>;

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

/** The host a voice lies in: the folder above the one that holds its voices. */
export async function hostOf(experiment: string): Promise<HostFolder | null> {
  const home = dirname(experiment);
  if (!HOST_LIST.some((rules) => rules.home === basename(home))) return null;
  const host = await hostAt(dirname(home));
  if (host === null || HOSTS[host.kind].home !== basename(home)) return null;
  return { ...host, path: await realPath(host.path) };
}

/** The folder with a host's voices. */
export function homeOf({ kind, path }: HostFolder): string {
  return join(path, HOSTS[kind].home);
}

/** The folder with the indexes of all voices of a host; null when it has none. */
export function indexFolderOf({ kind, path }: HostFolder): string | null {
  const { indexFolder } = HOSTS[kind];
  return indexFolder === null ? null : join(path, ...indexFolder);
}

/** Whether a folder is a host's own: it holds the folder for voices. Hosts are told apart by their other folders. */
export async function hostAt(path: string): Promise<HostFolder | null> {
  let plain: Host | null = null;
  for (const kind of Host.options) {
    const { home, markers } = HOSTS[kind];
    if (!(await isFolder(join(path, home)))) continue;
    for (const marker of markers) if (await isFolder(join(path, ...marker))) return { kind, path };
    plain ??= kind;
  }
  return plain === null ? null : { kind: plain, path };
}

/** What looking through a folder goes by. */
export interface Looking extends Pick<RequestOf<'scan'>, 'home'> {
  readonly signal: AbortSignal;
}

/** Everything the library shows about a voice. Indexes in the host's own index folder are handed in. */
export async function readVoice(
  place: Place,
  host: HostFolder | null,
  outside: readonly IndexFile[],
  pointed: RequestOf<'scan'>['pointed'],
  looking: Looking,
): Promise<Voice> {
  const { home, signal } = looking;
  const { path, name, layout } = place;
  const names = (await onFile(path, 'read', () => readdir(path))).sort(byCodePoint);
  const features = place.featuresPath === null ? null : await listFeatures(place.featuresPath, signal);
  const log = await readTrainLog(path);
  const checkpoints = [...checkpointsIn(names, name), ...(await weightsOf(name, host))].slice(0, 200);
  const id = pathId(path, home);
  const indexes = [
    ...(await readIndexFiles(path, names, 'voice', looking)),
    ...outside,
    ...(home === null ? [] : await builtIndexes(join(home, BUILT, id), looking)),
  ];
  const dimension = features?.dimension ?? null;
  return {
    id,
    name,
    path,
    layout,
    featuresPath: place.featuresPath,
    version: dimension === null ? log.version : versionOf(dimension),
    dimension,
    embedder: await embedderOf(place),
    frames: features?.frames ?? 0,
    files: features?.files.length ?? 0,
    featuresModified: features?.modified ?? null,
    ...(await sliceFacts(path, pointed[id] ?? null, features)),
    skippedCount: features?.skipped.length ?? 0,
    skipped: (features?.skipped ?? []).slice(0, 100).map((file) => ({ ...file, name: file.name.slice(0, 300) })),
    checkpoints,
    epochs: latestEpoch(log.epoch, checkpoints),
    sampleRate: log.sampleRate ?? (await configuredRate(path)),
    f0: log.f0 ?? (layouts().some(([, { pitch }]) => pitch !== null && names.includes(pitch)) ? true : null),
    indexes: indexes.slice(0, 200).map((index) => ({ ...index, stale: staleOf(index, features) })),
    problem:
      features === null
        ? { code: 'NO_FEATURES', message: `"${name}" has no folder of features yet.`, details: { path } }
        : features.problem,
    hostRoot: host?.path ?? null,
    host: host?.kind ?? null,
  };
}

const MOST_SLICES_NAMED = 100;

/** The cut recordings: whether they can be heard, and which have no features, because extraction stopped half way. */
async function sliceFacts(
  voice: string,
  pointed: string | null,
  features: FeatureFolder | null,
): Promise<Pick<Voice, 'slices' | 'sound'>> {
  const folder = features === null || features.files.length === 0 ? null : await listSlices(voice, pointed);
  if (features === null || folder === null) return { sound: null };
  const slices = new Set(folder.names.map(stemOf));
  const files = features.files.filter(({ name }) => slices.has(stemOf(name))).length;
  const sound = files === 0 ? null : { folder: folder.kind, files, of: features.files.length };
  if (folder.kind === 'pointed') return { sound };
  const missing = slicesWithout(folder, [...features.files, ...features.skipped]);
  return {
    sound,
    slices: {
      total: folder.names.length,
      missing: missing.length,
      names: missing.slice(0, MOST_SLICES_NAMED).map(stemOf),
    },
  };
}

/** One index file as the library shows it: facts from its own bytes, problems instead of failures. */
export async function readIndexFile(
  path: string,
  place: IndexFile['place'],
  { home, signal }: Looking,
): Promise<IndexFile> {
  throwIfCancelled(signal);
  const name = basename(path);
  const own = await onFile(path, 'read', () => lstat(path));
  const target = own.isSymbolicLink() ? await stat(path).catch(() => null) : own;
  const { facts, problem } = target === null ? danglingLink(path) : await factsOf(path, signal);
  const named = parseIndexName(name, basename(dirname(path)))?.kind ?? 'other';
  const kind = facts?.vectors === 0 && facts.trained ? 'trained' : named;
  return {
    id: pathId(path, home),
    path,
    name,
    kind,
    place,
    link: !own.isSymbolicLink() ? 'none' : target === null ? 'dangling' : 'ok',
    bytes: target?.size ?? 0,
    modified: Math.max(0, (target ?? own).mtimeMs),
    facts,
    // An index that RVC leaves on the way is complete as what it is.
    problem: problem ?? (facts === null || kind === 'trained' ? null : (problemsOf(facts)[0] ?? null)),
    made: madeOf(await readRecord(path)),
    stale: null,
  };
}

/** The record in short, as the library shows it. */
export function madeOf(record: BuildRecord | null): IndexFile['made'] {
  if (record === null) return null;
  const { compression, expansion, selection, origins } = record;
  return {
    compressed: compression?.vectors ?? null,
    expanded: expansion !== null,
    selected: selection !== null,
    voices: Math.max(1, new Set(origins.map(({ name }) => name)).size),
  };
}

/** The index files among the names of a folder. */
export async function readIndexFiles(
  folder: string,
  names: readonly string[],
  place: IndexFile['place'],
  looking: Looking,
): Promise<IndexFile[]> {
  const files: IndexFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if (/\.index$/i.test(name) && !isSystemFile(name) && !(await isFolder(path)))
      files.push(await readIndexFile(path, place, looking));
  }
  return files;
}

/** The folder a link leads into, real; null for what is no link. */
export async function linkedFolder(path: string): Promise<string | null> {
  return realpath(path).then(dirname, () => null);
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
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

async function builtIndexes(folder: string, looking: Looking): Promise<IndexFile[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const files = await readIndexFiles(folder, names.sort(byCodePoint), 'built', looking);
  for (const name of names) {
    const job = join(folder, name);
    if (await isFolder(job)) files.push(...(await readIndexFiles(job, await readdir(job), 'built', looking)));
  }
  return files;
}

function danglingLink(path: string): { facts: null; problem: Problem } {
  const message = `"${basename(path)}" is a link to an index that is not there.`;
  return { facts: null, problem: { code: 'FILE_NOT_FOUND', message, details: { path } } };
}

async function factsOf(path: string, signal: AbortSignal): Promise<Pick<IndexFile, 'facts' | 'problem'>> {
  try {
    return { facts: await readIndexFacts(path, signal), problem: null };
  } catch (error) {
    throwIfCancelled(signal);
    return { facts: null, problem: toFailure(toFileError(error, path, 'read')) };
  }
}

function staleOf({ facts, made }: IndexFile, features: FeatureFolder | null): IndexFile['stale'] {
  return features === null ? null : staleness({ vectors: facts?.vectors ?? null, made, frames: features.frames });
}

interface TrainLog {
  readonly version: Version | null;
  readonly sampleRate: string | null;
  readonly f0: boolean | null;
  readonly epoch: number | null;
}

const LOG_PIECE = 64 << 10;

/** RVC's train.log begins with the settings, as Python prints a dictionary, and ends with the last epoch. */
async function readTrainLog(experiment: string): Promise<TrainLog> {
  const { head, tail } = await readEnds(join(experiment, 'train.log'));
  const version = /'version': '(v[12])'/.exec(head)?.[1];
  const f0 = /'if_f0': (\d|True|False)/.exec(head)?.[1];
  const epochs = [...tail.matchAll(/====> Epoch: (\d+)/g)].map((match) => Number(match[1]));
  return {
    version: version === 'v1' || version === 'v2' ? version : null,
    sampleRate: /'sample_rate': '(\w{2,8})'/.exec(head)?.[1] ?? null,
    f0: f0 === undefined ? null : f0 === '1' || f0 === 'True',
    epoch: epochs.at(-1) ?? null,
  };
}

async function readEnds(path: string): Promise<{ head: string; tail: string }> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      const text = async (offset: number): Promise<string> =>
        Buffer.from(await readRange(handle, offset, LOG_PIECE)).toString('utf8');
      return { head: await text(0), tail: await text(Math.max(0, size - LOG_PIECE)) };
    } finally {
      await handle.close();
    }
  } catch {
    return { head: '', tail: '' };
  }
}

/** What config.json says of it, in the words of any layout. */
async function configuredRate(experiment: string): Promise<string | null> {
  const data = field(await readSmallJson(join(experiment, 'config.json')), 'data');
  for (const [, { rateKey }] of layouts()) {
    const rate = rateKey === null ? undefined : field(data, rateKey);
    if (typeof rate === 'number' && rate > 0 && rate < 1_000_000) return `${rate / 1_000}k`;
  }
  return null;
}

/** What made the features, where it is written down or their folder is named after it; else null. */
export async function embedderOf({ layout, path, featuresPath }: Place): Promise<string | null> {
  const written = await writtenEmbedder(path);
  if (written !== null) return written;
  const own = layout === 'bare' ? null : LAYOUTS[layout].embedder;
  if (own === null || !('folderEnding' in own) || featuresPath === null) return null;
  const folder = basename(featuresPath);
  return folder.endsWith(own.folderEnding) ? folder.slice(0, -own.folderEnding.length) : folder;
}

/** The same as a file in a folder says it, beside features or an index. */
export async function writtenEmbedder(folder: string): Promise<string | null> {
  for (const [, { embedder }] of layouts()) {
    if (embedder === null || !('file' in embedder)) continue;
    const written = field(await readSmallJson(join(folder, embedder.file)), embedder.field);
    if (typeof written === 'string' && written !== '') return written.slice(0, 300);
  }
  return null;
}

const MAX_JSON = 1 << 20;

async function readSmallJson(path: string): Promise<unknown> {
  try {
    if ((await stat(path)).size > MAX_JSON) return null;
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** `G_2333.pth` of the training itself, and what it saved as models. */
function checkpointsIn(names: readonly string[], voice: string): CheckpointFile[] {
  return names.flatMap((name) => {
    if (extname(name) !== '.pth') return [];
    const step = /^G_(\d+)\.pth$/.exec(name)?.[1];
    // RVC's "save only the latest" uses this number instead of the step.
    if (step !== undefined) return [{ name, epoch: null, step: step === '2333333' ? null : Number(step) }];
    const model = modelCheckpoint(name, voice);
    return model === null ? [] : [model];
  });
}

function modelCheckpoint(name: string, voice: string): CheckpointFile | null {
  if (!name.startsWith(voice)) return null;
  const rest = name.slice(voice.length);
  if (rest === '.pth') return { name, epoch: null, step: null };
  for (const [, { checkpoint }] of layouts()) {
    const groups = checkpoint?.exec(rest)?.groups;
    if (groups !== undefined) return { name, epoch: Number(groups['epoch']), step: Number(groups['step']) };
  }
  return null;
}

/** Models that the host keeps apart from its voices. */
async function weightsOf(voice: string, host: HostFolder | null): Promise<CheckpointFile[]> {
  if (host === null) return [];
  const folders = HOSTS[host.kind].modelFolders.map((segments) => join(host.path, ...segments));
  const names = await Promise.all(folders.map((folder) => readdir(folder).catch((): string[] => [])));
  return names
    .flat()
    .sort(byCodePoint)
    .flatMap((name) => modelCheckpoint(name, voice) ?? []);
}

function latestEpoch(logged: number | null, checkpoints: readonly CheckpointFile[]): number | null {
  const epochs = [logged, ...checkpoints.map(({ epoch }) => epoch)].filter((epoch) => epoch !== null);
  return epochs.length === 0 ? null : Math.max(...epochs);
}
