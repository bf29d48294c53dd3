import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { toFailure } from '@shared/contract/errors';
import type { ModelFacts, ModelFile } from '@shared/contract/models';
import { type Problem, timeOf } from '@shared/contract/primitives';
import type { IndexFile, Voice } from '@shared/contract/voices';
import { HOSTS } from '@shared/domain/hosts';
import { isTrainingState } from '@shared/domain/hosts/modelNames';
import { fitIndexOf, fitOf } from '@shared/domain/voice/fit';
import { throwIfCancelled } from '../context';
import { byCodePoint, isSystemFile } from '../features/features';
import { onFile, toFileError } from '@shared/contract/systemErrors';
import { readModelFile } from '../files/modelFile';
import { isFolder, pathId } from '../files/paths';
import type { HostFolder } from './hostFolder';
import type { Looking } from './indexFiles';

/** Model files that the host keeps apart from its voices, by their paths. */
export async function modelsApart(host: HostFolder): Promise<readonly string[]> {
  const folders = HOSTS[host.kind].modelFolders.map((segments) => join(host.path, ...segments));
  return (await Promise.all(folders.map(modelsIn))).flat();
}

/** The model files right in a folder, by their paths; none where it cannot be read. */
export async function modelsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return modelNames(names).map((name) => join(folder, name));
}

/** Those that could be loaded as a voice, by their names. */
export function modelNames(names: readonly string[]): readonly string[] {
  return names
    .filter((name) => /\.pth$/i.test(name) && !isTrainingState(name) && !isSystemFile(name))
    .sort(byCodePoint);
}

/** One model file as the library shows it: facts from its own bytes, problems instead of failures. */
export async function readModel(path: string, { home, signal }: Looking): Promise<ModelFile> {
  throwIfCancelled(signal);
  const found = await onFile(path, 'read', () => stat(path));
  const file = { id: pathId(path, home), path, name: basename(path), bytes: found.size, modified: timeOf(found) };
  const before = read.get(path);
  const isSame = before?.bytes === file.bytes && before.modified === file.modified;
  const { facts, problem } = isSame ? before : await contentsOf(path);
  throwIfCancelled(signal);
  const model = { ...file, facts, problem, fits: {} };
  remember(model);
  return model;
}

/**
 * What was read of a file before: a library is looked through again and again, and models hardly change. The process that
 * looks lives as long as the app.
 */
const read = new Map<string, ModelFile>();
const MOST_REMEMBERED = 10_000;

function remember(model: ModelFile): void {
  if (read.size >= MOST_REMEMBERED) read.clear();
  // What could not be read may be readable the next time.
  if (model.facts !== null) read.set(model.path, model);
}

async function contentsOf(path: string): Promise<Pick<ModelFile, 'facts' | 'problem'>> {
  try {
    const facts = await readModelFile(path);
    return { facts, problem: modelProblem(facts) };
  } catch (error) {
    return { facts: null, problem: toFailure(toFileError(error, path, 'read')) };
  }
}

/** Those of several; what has gone meanwhile, or is a folder, is none. */
export async function readModels(paths: readonly string[], looking: Looking): Promise<ModelFile[]> {
  const models: ModelFile[] = [];
  for (const path of paths) {
    if (await isFolder(path)) continue;
    const model = await readModel(path, looking).catch(() => null);
    throwIfCancelled(looking.signal);
    if (model !== null) models.push(model);
  }
  return models;
}

/** Says of each index of a voice whether it fits. */
export function withFits(
  model: ModelFile,
  indexes: readonly IndexFile[],
  voice: Pick<Voice, 'embedder' | 'featuresModified'>,
): ModelFile {
  const { facts, modified } = model;
  if (facts === null) return model;
  const fits = indexes.flatMap((index) => {
    const known = fitIndexOf(index, voice);
    return known === null ? [] : [[index.id, fitOf({ ...facts, modified }, known)] as const];
  });
  return { ...model, fits: Object.fromEntries(fits) };
}

/** One English sentence each, for logs and the command line. */
const NO_VOICE = {
  training: 'This is a training under way: a generator with its optimizer.',
  pretrained: 'This is a model to start a training from.',
  discriminator: 'This is a discriminator, the half of a training that only judges.',
  embedder: 'This is an embedder such as HuBERT, which makes features of sound.',
  sovits: 'This is a voice of so-vits-svc, which RVC cannot load.',
  other: 'This is a file of PyTorch, but no model of RVC.',
} as const satisfies Record<Exclude<ModelFacts['what'], 'voice'>, string>;

/** What speaks against loading it as a voice; null when nothing does. */
export function modelProblem({ what }: ModelFacts): Problem | null {
  return what === 'voice' ? null : { code: 'MODEL_NOT_VOICE', message: NO_VOICE[what], details: { what } };
}
