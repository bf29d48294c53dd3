import { join } from 'node:path';
import type { HostOffer, VoiceUse } from '@shared/contract/uses';
import { Host } from '@shared/contract/primitives';
import { HOSTS } from '@shared/domain/hosts';
import type { RequestOf } from '@shared/jobs';
import { isInside } from '../../supervisor/inside';
import { hostChosenLast } from './kinds/export';
import type { Reader } from './reader';
import type { Library } from '../library/library';
import type { Memory } from '../library/memory';
import { offer } from '../library/offers';
import type { Tokens } from '../library/tokens';

export interface UsesServices {
  readonly library: Pick<Library, 'voice' | 'snapshot' | 'indexAt'>;
  readonly memory: Pick<Memory, 'get'>;
  readonly reader: Pick<Reader, 'ask'>;
  readonly tokens: Pick<Tokens, 'issue'>;
  /** Where the sample voice lies as in a host's folder; no host looks there. */
  readonly sampleRoot: string;
}

/**
 * What the programs on this computer load for the models of a voice. The page gets a token for the folder of each, so
 * that it can have another index handed over.
 *
 * @throws FILE_NOT_FOUND when there is no such voice
 */
export async function usesOf(id: string, services: UsesServices): Promise<VoiceUse[]> {
  const { library, reader, tokens } = services;
  const { name, path } = library.voice(id);
  const { hosts } = await reader.ask({ kind: 'uses', voices: [{ name, path }], known: knownHosts(services) });
  return hosts.map(({ models, ...host }) => ({
    ...host,
    root: tokens.issue({ kind: 'folder', path: host.path }),
    models: models.map(({ voice: _only, ...model }) => ({ ...model, index: indexIn(model.loads, library) })),
  }));
}

/** The programs on this computer, to be added to the library. */
export async function hostsFound(services: UsesServices): Promise<HostOffer[]> {
  const { hosts } = await services.reader.ask({ kind: 'uses', voices: [], known: knownHosts(services) });
  const added = services.library.snapshot().folders.map(({ path }) => path);
  return hosts.map(({ models: _none, ...host }) => {
    const home = join(host.path, HOSTS[host.host].home);
    return {
      ...host,
      added: added.some((path) => path === home || isInside(host.path, path)),
      offer: offer(services.tokens, { kind: 'folder', path: host.path }),
    };
  });
}

function indexIn(loads: VoiceUse['models'][number]['loads'], library: Pick<Library, 'indexAt'>): string | null {
  if (loads.what === 'nothing') return null;
  return (library.indexAt(loads.path) ?? library.indexAt(loads.real))?.id ?? null;
}

/** Those that voices of the library lie in, that were added themselves, and that an index was handed over to. */
function knownHosts({ library, memory, sampleRoot }: UsesServices): RequestOf<'uses'>['known'] {
  const { voices, folders } = library.snapshot();
  const known = new Map<string, Host>();
  for (const { host, hostRoot } of voices) if (host !== null && hostRoot !== null) known.set(hostRoot, host);
  for (const { path, what } of folders) {
    const host = Host.options.find((id) => id === what);
    // It may lie below the folder that was added.
    const isBelow = [...known].some(([root, kind]) => kind === host && isInside(root, path));
    if (host !== undefined && !isBelow) known.set(path, host);
  }
  for (const host of Host.options) {
    const path = hostChosenLast(host, memory);
    if (path !== null && !known.has(path)) known.set(path, host);
  }
  known.delete(sampleRoot);
  return [...known].map(([path, host]) => ({ host, path }));
}
