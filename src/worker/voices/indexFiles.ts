import { lstat, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toFailure } from '@shared/contract/errors';
import { type Problem, timeOf } from '@shared/contract/primitives';
import type { BuildRecord } from '@shared/contract/record';
import type { RequestOf } from '@shared/jobs';
import type { IndexFacts, IndexFile, IndexOutline } from '@shared/contract/voices';
import { parseIndexName } from '@shared/domain/hosts/names';
import { type Contents, problemsOf } from '@shared/domain/verdict/problems';
import { throwIfCancelled } from '../context';
import { isSystemFile } from '../features/features';
import { contentId } from '../files/contentId';
import { errnoOf, isAbsence, onFile, toFileError } from '@shared/contract/systemErrors';
import { glanceAtIndex } from '../files/indexFile';
import { isFolder, pathId } from '../files/paths';
import { readRecord } from '../files/record';

/** What looking through a folder goes by. */
export interface Looking extends Pick<RequestOf<'scan'>, 'home'> {
  readonly signal: AbortSignal;
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
  const target = own.isSymbolicLink()
    ? await stat(path).catch((error: unknown) => (leadsNowhere(error) ? null : own))
    : own;
  const { facts, ids, problem } = target === null ? danglingLink(path) : await factsOf(path, signal);
  const named = parseIndexName(name, basename(dirname(path)))?.kind ?? 'other';
  const content = facts === null ? null : await contentId(path, signal);
  const kind = facts?.vectors === 0 && facts.trained ? 'trained' : named;
  return {
    id: pathId(path, home),
    path,
    name,
    kind,
    place,
    link: !own.isSymbolicLink() ? 'none' : target === null ? 'dangling' : 'ok',
    bytes: target?.size ?? 0,
    modified: timeOf(target ?? own),
    ...(content === null ? {} : { content }),
    facts,
    // An index that RVC leaves on the way is complete as what it is.
    problem: problem ?? (facts === null || kind === 'trained' ? null : (problemsOf(facts, ids ?? {})[0] ?? null)),
    made: madeOf(await readRecord(path)),
    stale: null,
  };
}

/** The record in short, as the library shows it. */
function madeOf(record: BuildRecord | null): IndexFile['made'] {
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

interface Glanced extends Pick<IndexFile, 'facts'> {
  readonly ids: Contents | null;
  /** Why there are no facts. */
  readonly problem: Problem | null;
}

/** A link to nothing, or to itself. */
function leadsNowhere(error: unknown): boolean {
  return isAbsence(error) || errnoOf(error) === 'ELOOP';
}

function danglingLink(path: string): Glanced {
  const message = `"${basename(path)}" is a link to an index that is not there.`;
  return { facts: null, ids: null, problem: { code: 'FILE_NOT_FOUND', message, details: { path } } };
}

function outlineOf({ lists, ...facts }: IndexFacts): IndexOutline {
  if (lists === null) return { ...facts, lists };
  const { sorted: _apart, ...figures } = lists;
  return { ...facts, lists: figures };
}

async function factsOf(path: string, signal: AbortSignal): Promise<Glanced> {
  try {
    const { facts, ids } = await glanceAtIndex(path, signal);
    return { facts: outlineOf(facts), ids, problem: null };
  } catch (error) {
    throwIfCancelled(signal);
    return { facts: null, ids: null, problem: toFailure(toFileError(error, path, 'read')) };
  }
}
