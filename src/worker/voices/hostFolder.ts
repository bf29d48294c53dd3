import { basename, dirname, join } from 'node:path';
import { Host } from '@shared/contract/primitives';
import { HOST_LIST, HOSTS } from '@shared/domain/hosts';
import { isFolder, realPath } from '../files/paths';

/** The folder of a host, the one that holds `logs`. */
export interface HostFolder {
  readonly kind: Host;
  readonly path: string;
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
