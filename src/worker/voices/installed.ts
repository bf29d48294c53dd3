import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { FoundHost } from '@shared/contract/uses';
import { toFailure, VoronoiceError } from '@shared/contract/errors';
import type { Problem } from '@shared/contract/primitives';
import { onFile } from '@shared/contract/systemErrors';
import { HOSTS } from '@shared/domain/hosts';
import { hostProgram, mayBeHost, USUAL_DRIVES, USUAL_FOLDERS } from '@shared/domain/hosts/installed';
import { nameTaken } from '../files/atomic';
import { isFolder, realPath } from '../files/paths';
import { homeOf, type HostFolder, hostAt } from './hostFolder';

/** Of a folder that many programs share, no more names are read. */
const MOST_NAMES = 2_000;
const MOST_BELOW = 50;

/** Where to look for hosts; tests look elsewhere. */
export interface Surroundings {
  /** Null where the system knows of none, as of a user without a name in a container. */
  readonly home: string | null;
  readonly drives: readonly string[];
  /** Where the system lists what runs, a folder each; null where it does not tell without another program being asked. */
  readonly processes: string | null;
}

export function surroundingsOf(platform: NodeJS.Platform, home: string | null): Surroundings {
  return {
    home,
    drives: platform === 'win32' ? USUAL_DRIVES : [],
    processes: platform === 'linux' ? '/proc' : null,
  };
}

function here(): Surroundings {
  return surroundingsOf(process.platform, homeFolder());
}

function homeFolder(): string | null {
  try {
    return homedir();
  } catch {
    // The system knows neither a name nor a home of whom it works for.
    return null;
  }
}

interface KnownHost {
  readonly host: HostFolder['kind'];
  readonly path: string;
}

/**
 * The hosts on this computer, each once: those that are known, also where they cannot be reached now, those that run, and
 * those that lie where people usually have them.
 */
export async function findHosts(
  known: readonly KnownHost[],
  around: Surroundings = here(),
): Promise<readonly FoundHost[]> {
  const hosts = new Map<string, FoundHost>();
  for (const { host, path } of known) {
    const found = await hostAt(path);
    if (found === null) hosts.set(path, { host, path, running: false, problem: await whyNot({ kind: host, path }) });
    else await keep(found, false);
  }
  for (const folder of await runningFolders(around)) await keep(await provenHostAt(folder), true);
  for (const folder of await usualFolders(around)) await keep(await provenHostAt(folder), false);
  return [...hosts.values()];

  async function keep(host: HostFolder | null, running: boolean): Promise<void> {
    const path = host === null ? null : await realPath(host.path).catch(() => null);
    if (host === null || path === null) return;
    hosts.set(path, { host: host.kind, path, running: running || hosts.get(path)?.running === true, problem: null });
  }
}

/** Why a host is not where it is known to be. */
async function whyNot(host: HostFolder): Promise<Problem> {
  const home = homeOf(host);
  try {
    await onFile(home, 'read', () => stat(home));
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code !== 'FILE_NOT_FOUND') return failure;
  }
  const { path } = host;
  return toFailure(new VoronoiceError('FOLDER_AWAY', `"${path}" cannot be reached now.`, { path }));
}

/** A folder with "logs" in it may be anybody's: what nobody has named as a host must show that it is one. */
async function provenHostAt(path: string): Promise<HostFolder | null> {
  const host = await hostAt(path);
  if (host === null) return null;
  const { markers, installed } = HOSTS[host.kind];
  if (markers.length === 0) return host;
  for (const marker of markers) if (await isFolder(join(path, ...marker))) return host;
  for (const program of installed.own) if (await nameTaken(join(path, program)).catch(() => false)) return host;
  return null;
}

async function usualFolders({ home, drives }: Surroundings): Promise<readonly string[]> {
  const found: string[] = [];
  const usual = home === null ? [] : USUAL_FOLDERS.map((segments) => join(home, ...segments));
  for (const parent of [...usual, ...drives]) {
    for (const name of (await namesIn(parent)).slice(0, MOST_NAMES).filter(mayBeHost)) {
      const folder = join(parent, name);
      // Unzipped into a folder of its own name, or the program below what has installed it.
      found.push(folder, ...(await namesIn(folder)).slice(0, MOST_BELOW).map((below) => join(folder, below)));
    }
  }
  return found;
}

/** Where programs run that are hosts. */
async function runningFolders({ processes }: Surroundings): Promise<readonly string[]> {
  if (processes === null) return [];
  const found: string[] = [];
  for (const id of (await namesIn(processes)).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(join(processes, id, 'cmdline'), 'utf8').catch(() => '');
    const program = hostProgram(command.split('\0'));
    if (program === null) continue;
    const folder = await readlink(join(processes, id, 'cwd')).catch(() => null);
    found.push(...(folder === null ? [] : [folder]), ...(isAbsolute(program) ? [dirname(program)] : []));
  }
  return found;
}

function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
