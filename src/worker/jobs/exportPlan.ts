import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import { onFile } from '@shared/contract/systemErrors';
import type { ExportWarning } from '@shared/contract/exportWarning';
import type { Host, Problem } from '@shared/contract/primitives';
import type { IndexFacts } from '@shared/contract/voices';
import type { ResultOf } from '@shared/jobs';
import type { ExportRequest } from '@shared/jobs/export';
import type { LinkKind } from '@shared/jobs/exportPlan';
import { HOSTS, isMaterial } from '@shared/domain/hosts';
import { modelStem } from '@shared/domain/hosts/modelNames';
import { mayLoadInstead } from '@shared/domain/hosts/picking';
import { linkOfSeveral } from '@shared/domain/voice/handOver';
import { exportWarnings, hostTargets, parseIndexName } from '@shared/domain/hosts/names';
import type { Segments } from '@shared/domain/hosts/rules';
import { objections } from '@shared/domain/verdict/problems';
import { isOneName, nameTaken } from '../files/atomic';
import { backupName } from '../files/backup';
import { homeOf, type HostFolder, indexFolderOf } from '../voices/hostFolder';
import { readSlots, type Slot } from '../voices/slots';
import { byCodePoint } from '../features/features';
import { readIndexContents } from '../files/indexFile';
import { possibleLink } from '../files/link';
import { isFolder, realPath, requireVoiceName } from '../files/paths';
import { readRange, withFile } from '../files/randomAccess';
import { type JobContext, throwIfCancelled } from '../context';

type ExportPlan = ResultOf<'exportPlan'>;
type Target = ExportPlan['targets'][number];

/**
 * What an export would do: the files it would write, the ones it would keep under a backup name, what might go wrong in
 * the host although the file is fine, and what is wrong with the file. Nothing is written, but for the name of a moment by
 * which the disk is asked whether it can link.
 *
 * @throws `HOST_NOT_FOUND`, `SLOT_NOT_FOUND`, `NAME_INVALID`, `FILE_NOT_FOUND`, `INDEX_…` when the file is no sound index
 */
export async function exportPlan(
  request: Omit<ExportRequest, 'kind'>,
  { signal, progress }: Pick<JobContext<'exportPlan'>, 'signal' | 'progress'>,
): Promise<ExportPlan> {
  progress('plan', 0, 1);
  const { plan, source } = await planExport(request, signal);
  const written = plan.targets.filter(({ state }) => state !== 'same');
  const links = await Promise.all(written.map(({ path }) => possibleLink(source, path)));
  progress('plan', 1, 1);
  return { ...plan, link: linkOfAll(links) };
}

export interface PlannedExport {
  /** But for what the disk can do, which only whoever has the choice asks. */
  readonly plan: Omit<ExportPlan, 'link'>;
  /** Real path of the index to be copied. */
  readonly source: string;
  readonly facts: IndexFacts;
}

export async function planExport(
  { index, host, root: wantedRoot, name, model, slot: wantedSlot }: Omit<ExportRequest, 'kind'>,
  signal: AbortSignal,
): Promise<PlannedExport> {
  requireVoiceName(name);
  if (model !== undefined) requireVoiceName(modelStem(model));
  const source = await realPath(index);
  const folder = await requireHost(host, wantedRoot);
  const { facts, problems, warnings: remarks } = await checkForHost(source, signal);
  const rules = HOSTS[host].slots;
  const slots = rules === null ? [] : await readSlots(homeOf(folder), rules);
  const slot = chooseSlot(slots, wantedSlot, name, folder);
  const pathsOf = (called: string): string[] =>
    hostTargets({ host, name: called, ...(model === undefined ? {} : { model }), slot: slot?.id ?? null }, facts).map(
      (segments) => join(folder.path, ...segments),
    );
  const paths = pathsOf(name);
  const targets: Target[] = [];
  for (const path of paths) targets.push(await targetAt(path, source, signal));
  const { size } = await onFile(source, 'read', () => stat(source));
  const written = targets.filter(({ state }) => state !== 'same');
  const replaced = targets.filter(({ state }) => state === 'replace').map(({ path }) => path);
  const others = await otherIndexes(folder, { name, model: model ?? `${name}.pth` }, paths);
  const placed = exportWarnings({
    host,
    requestedName: name,
    name,
    targets: paths,
    otherNames: await otherVoices(folder, name),
    otherIndexes: others,
    replaced,
  });
  // Another name in a slot, or for one model, is not an index beside the first: each has one.
  const beside = replaced.length > 0 && slot === null && model === undefined ? await nameBeside(name, pathsOf) : null;
  const plan: PlannedExport['plan'] = {
    host,
    targets,
    bytes: size * written.length,
    slots: slots.map(({ id, name: called }) => ({ id, name: called })),
    slot: slot === null ? null : await changeOf(slot, paths, source),
    others,
    beside,
    warnings: [...remarks, ...placed],
    problems,
  };
  return { plan, source, facts };
}

/** All of them can be linked, or it is not offered. */
function linkOfAll(links: readonly (LinkKind | null)[]): LinkKind | null {
  const possible = links.filter((kind) => kind !== null);
  return possible.length === links.length ? linkOfSeveral(possible) : null;
}

/** Names tried for a second index of a voice: more would not be told apart by ear. */
const MOST_BESIDE = 9;

async function nameBeside(name: string, pathsOf: (name: string) => string[]): Promise<string | null> {
  for (let number = 2; number <= MOST_BESIDE; number++) {
    const other = `${name}-${number}`;
    const taken = await Promise.all(pathsOf(other).map(nameTaken));
    if (!taken.includes(true)) return other;
  }
  return null;
}

/** What speaks against a file: its structure, every id, a sample of its vectors. */
export async function checkForHost(
  path: string,
  signal: AbortSignal,
): Promise<{ readonly facts: IndexFacts; readonly problems: Problem[]; readonly warnings: ExportWarning[] }> {
  const { facts, ids } = await readIndexContents(path, signal);
  const found = objections(facts, ids ?? {});
  return {
    facts,
    problems: found.flatMap(({ problem, stops }) => (stops ? [problem] : [])),
    warnings: found.flatMap(({ problem, stops }) => (stops ? [] : [contentWarning(problem)])),
  };
}

function contentWarning({ details }: Problem): ExportWarning {
  return details['reason'] === 'scale'
    ? { code: 'NORMALIZED', details: { norm: Number(details['norm']) }, proposal: null }
    : { code: 'ZERO_VECTORS', details: { count: Number(details['count']) }, proposal: null };
}

async function requireHost(kind: Host, wanted: string): Promise<HostFolder> {
  const path = resolve(wanted);
  const { home, title } = HOSTS[kind];
  if (await isFolder(join(path, home))) return { kind, path: await realPath(path) };
  const message = `"${path}" is not ${title}'s folder: there is no "${home}" folder in it.`;
  throw new VoronoiceError('HOST_NOT_FOUND', message, { path, host: kind });
}

/** The slot asked for; when none is, the one named like the voice, or the only one. */
function chooseSlot(slots: readonly Slot[], wanted: string | null, name: string, { path }: HostFolder): Slot | null {
  if (wanted !== null) {
    const slot = slots.find(({ id }) => id === wanted);
    if (slot !== undefined) return slot;
    throw new VoronoiceError('SLOT_NOT_FOUND', `There is no slot "${wanted}" with an RVC voice in "${path}".`, {
      path,
      slot: wanted,
    });
  }
  const [only, ...more] = slots;
  if (only !== undefined && more.length === 0) return only;
  const [named, ...others] = slots.filter((slot) => slot.name.toLowerCase() === name.toLowerCase());
  return named !== undefined && others.length === 0 ? named : null;
}

/** Whether a path is the name of one of these, also where it is so in another case only. */
async function isOneOf(paths: readonly string[], path: string): Promise<boolean> {
  const same = await Promise.all(paths.map((one) => isOneName(one, path)));
  return same.includes(true);
}

/** What else changes in a slot: its settings name the new file, and the file they named makes room. */
async function changeOf(slot: Slot, paths: readonly string[], source: string): Promise<ExportPlan['slot']> {
  const old = slot.index === null ? null : join(slot.folder, slot.index);
  const leaves = old !== null && (await nameTaken(old)) && !(await isOneOf([...paths, source], old)) ? old : null;
  const named = paths.some((path) => basename(path) === slot.index);
  return {
    id: slot.id,
    settings: named ? null : { path: slot.settings, backup: await backupName(slot.settings) },
    index: leaves === null ? null : { path: leaves, backup: await backupName(leaves) },
  };
}

async function targetAt(path: string, source: string, signal: AbortSignal): Promise<Target> {
  if (!(await nameTaken(path))) return { path, state: 'new', backup: null };
  if (await sameContent(path, source, signal)) return { path, state: 'same', backup: null };
  return { path, state: 'replace', backup: await backupName(path) };
}

const COMPARED_AT_ONCE = 4 << 20;

async function sameContent(left: string, right: string, signal: AbortSignal): Promise<boolean> {
  const size = await stat(left).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );
  if (size === null || size !== (await onFile(right, 'read', () => stat(right))).size) return false;
  return withFile(left, (ours) =>
    withFile(right, async (theirs) => {
      for (let offset = 0; offset < size; offset += COMPARED_AT_ONCE) {
        throwIfCancelled(signal);
        const [a, b] = await Promise.all([
          readRange(ours, offset, COMPARED_AT_ONCE),
          readRange(theirs, offset, COMPARED_AT_ONCE),
        ]);
        if (Buffer.compare(a, b) !== 0) return false;
      }
      return true;
    }),
  );
}

const MOST_OTHERS = 100;

/** Indexes of this voice that the host might load for its model instead of the one that is to be written. */
async function otherIndexes(
  host: HostFolder,
  { name, model }: { readonly name: string; readonly model: string },
  targets: readonly string[],
): Promise<string[]> {
  const { picker, home } = HOSTS[host.kind];
  const [main] = targets;
  if (picker === null || main === undefined) return [];
  const folder = dirname(main);
  const paths = (await indexNames(folder)).map((file) => join(folder, file));
  const outside = indexFolderOf(host);
  if (outside !== null) {
    const named = (await indexNames(outside)).filter((file) => parseIndexName(file)?.name === name);
    paths.push(...named.map((file) => join(outside, file)));
  }
  const below = (path: string): Segments => {
    const [first = '', ...rest] = relative(host.path, path).split(sep);
    return [first, ...rest];
  };
  const ours = targets.map(below);
  const others: string[] = [];
  for (const path of paths) {
    const isRival = mayLoadInstead(picker, [home, name, model], below(path), ours);
    if (isRival && others.length < MOST_OTHERS && !(await isOneOf(targets, path))) others.push(path);
  }
  return others;
}

/** Files only: a folder may be called `.index` or `backup.index`. */
async function indexNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const files: string[] = [];
  for (const name of names.filter((candidate) => /\.index$/i.test(candidate))) {
    if (!(await isFolder(join(folder, name)))) files.push(name);
  }
  return files.sort(byCodePoint);
}

/** The other voices of a host, by the folders and the indexes it has. */
async function otherVoices(host: HostFolder, name: string): Promise<string[]> {
  const home = homeOf(host);
  const names = new Set<string>();
  // A host that is handed the file confuses nothing.
  if (HOSTS[host.kind].picker === null) return [];
  for (const folder of await onFile(home, 'read', () => readdir(home))) {
    // What the system or another program hides there is nobody's voice.
    if (!folder.startsWith('.') && !isMaterial(folder, basename(home)) && (await isFolder(join(home, folder))))
      names.add(folder);
  }
  const outside = indexFolderOf(host);
  for (const file of outside === null ? [] : await indexNames(outside)) {
    names.add(parseIndexName(file)?.name ?? basename(file, '.index'));
  }
  names.delete(name);
  return [...names].sort(byCodePoint);
}

/** The folders that an export writes into. */
export function foldersOf(plan: Pick<ExportPlan, 'targets'>): readonly string[] {
  return [...new Set(plan.targets.map(({ path }) => dirname(path)))];
}
