import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RequestOf } from '@shared/jobs';
import type { IndexFile, Voice } from '@shared/contract/voices';
import { layouts } from '@shared/domain/hosts';
import { checkpointIn, modelOf } from '@shared/domain/hosts/modelNames';
import { versionOf } from '@shared/domain/rvc';
import { speakersOf } from '@shared/domain/voice/speakers';
import { stemOf } from '@shared/domain/voice/stem';
import { staleness } from '@shared/domain/verdict/staleness';
import { byCodePoint, type FeatureFolder, listFeatures } from '../features/features';
import { onFile } from '@shared/contract/systemErrors';
import { isFolder, pathId } from '../files/paths';
import { listSlices, slicesWithout } from './slices';
import { nameCopies } from './copies';
import type { HostFolder } from './hostFolder';
import { type Looking, readIndexFiles } from './indexFiles';
import type { StepContext } from '../context';
import { modelNames, readModels, withFits } from './modelFiles';
import type { Place } from './place';
import { configuredRate, embedderOf, latestEpoch, readTrainLog } from './training';

/** What belongs to a voice by its name and lies elsewhere. */
export interface Outside {
  readonly indexes: readonly IndexFile[];
  /** Paths of model files. */
  readonly models: readonly string[];
}

/** Everything the library shows about a voice. What lies in the host's own folders for all voices is handed in. */
export async function readVoice(
  place: Place,
  host: HostFolder | null,
  outside: Outside,
  pointed: RequestOf<'scan'>['pointed'],
  looking: Looking & Pick<RequestOf<'scan'>, 'built'> & Pick<StepContext<never>, 'leftOut'>,
): Promise<Voice> {
  const { home, built, signal, leftOut } = looking;
  const { path, name, layout } = place;
  const names = (await onFile(path, 'read', () => readdir(path))).sort(byCodePoint);
  const features =
    place.featuresPath === null ? null : await listFeatures(place.featuresPath, signal, { without: leftOut(path) });
  const log = await readTrainLog(path);
  const checkpoints = [
    ...names.map((file) => checkpointIn(file, name)),
    ...outside.models.map((file) => modelOf(basename(file), name)),
  ].filter((checkpoint) => checkpoint !== null);
  const id = pathId(path, home);
  const found: IndexFile[] = [
    ...(layout === 'merged' ? await builtIndexes(path, looking) : await readIndexFiles(path, names, 'voice', looking)),
    ...outside.indexes,
  ];
  for (const folder of built) found.push(...(await builtIndexes(join(folder, id), looking)));
  const copies = await nameCopies(found.slice(0, MOST_INDEXES), signal);
  const indexes = copies.map((index) => ({ ...index, stale: staleOf(index, features) }));
  const own = modelNames(names).map((file) => join(path, file));
  const models = await readModels([...own, ...outside.models].slice(0, MOST_MODELS), looking);
  const dimension = features?.dimension ?? (layout === 'merged' ? (indexes[0]?.facts?.dimension ?? null) : null);
  const embedder = await embedderOf(place);
  const featuresModified = features?.modified ?? null;
  return {
    id,
    name,
    path,
    layout,
    featuresPath: place.featuresPath,
    version: dimension === null ? log.version : versionOf(dimension),
    dimension,
    embedder,
    frames: features?.frames ?? (layout === 'merged' ? mostVectors(indexes) : 0),
    files: features?.files.length ?? 0,
    featuresModified,
    ...speakerFacts(features),
    ...(await sliceFacts(path, pointed[id] ?? null, features)),
    skippedCount: features?.skipped.length ?? 0,
    skipped: (features?.skipped ?? []).slice(0, 100).map((file) => ({ ...file, name: file.name.slice(0, 300) })),
    ...leavingFacts(features),
    checkpoints: checkpoints.slice(0, 200),
    models: models.map((model) => withFits(model, indexes, { embedder, featuresModified })),
    epochs: latestEpoch(log.epoch, checkpoints),
    sampleRate: log.sampleRate ?? (await configuredRate(path)),
    f0: log.f0 ?? (layouts().some(([, { pitch }]) => pitch !== null && names.includes(pitch)) ? true : null),
    indexes,
    problem: features === null ? withoutFeatures(place) : features.problem,
    hostRoot: host?.path ?? null,
    host: host?.kind ?? null,
  };
}

/** Why a voice without a folder of features cannot be built. */
function withoutFeatures({ layout, name, path }: Place): Voice['problem'] {
  return layout === 'merged'
    ? { code: 'MERGED_VOICE', message: `"${name}" was merged from other voices.`, details: { name } }
    : { code: 'NO_FEATURES', message: `"${name}" has no folder of features yet.`, details: { path } };
}

/** A merged voice is as long as the longest of its indexes. */
function mostVectors(indexes: readonly IndexFile[]): number {
  return Math.max(0, ...indexes.map(({ facts }) => facts?.vectors ?? 0));
}

const MOST_INDEXES = 200;
/** Trainings that save often leave hundreds, of which hardly any is ever loaded. */
const MOST_MODELS = 50;
const MOST_SPEAKERS = 1_000;

function speakerFacts(features: FeatureFolder | null): Pick<Voice, 'speakers'> {
  const speakers = speakersOf((features?.files ?? []).map(({ name }) => name));
  return speakers.length > 1 ? { speakers: speakers.slice(0, MOST_SPEAKERS) } : {};
}

function leavingFacts(features: FeatureFolder | null): Pick<Voice, 'leftOut' | 'odd'> {
  const { skipped, odd } = features ?? { skipped: [], odd: [] };
  const leftOut = skipped.filter(({ problem }) => problem.code === 'FEATURES_LEFT_OUT').length;
  return {
    ...(leftOut > 0 ? { leftOut } : {}),
    ...(odd.length > 0 ? { odd: odd.slice(0, MOST_ODD) } : {}),
  };
}

/** More than a voice has. */
const MOST_ODD = 20_000;

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

async function builtIndexes(folder: string, looking: Looking): Promise<IndexFile[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const files = await readIndexFiles(folder, names.sort(byCodePoint), 'built', looking);
  for (const name of names) {
    const job = join(folder, name);
    if (await isFolder(job)) files.push(...(await readIndexFiles(job, await readdir(job), 'built', looking)));
  }
  return files;
}

function staleOf({ facts, made }: IndexFile, features: FeatureFolder | null): IndexFile['stale'] {
  if (features === null) return null;
  const dimensions = { index: facts?.dimension ?? null, voice: features.dimension };
  return staleness({ vectors: facts?.vectors ?? null, made, frames: features.frames, dimensions });
}
