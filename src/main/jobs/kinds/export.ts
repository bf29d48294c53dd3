import type { ArgumentOf } from '@shared/contract/channels';
import { VoronoiceError } from '@shared/contract/errors';
import { filePath, type Host } from '@shared/contract/primitives';
import type { Voice } from '@shared/contract/voices';
import type { RequestOf } from '@shared/jobs';
import type { MainKind, PrepareServices } from './kind';

export const exportIndex: MainKind<'export'> = {
  prepare: (request, _jobId, services) => {
    const { index, voice } = services.library.index(request.index);
    const root = hostRoot(request, voice, 'take', services);
    return {
      work: { ...request, index: index.path, root },
      subject: index.name,
      voice: voice?.id ?? null,
    };
  },
  leaves: ({ written, backups }) => [
    ...written.map((path) => ({ kind: 'copy' as const, path })),
    ...backups.map((path) => ({ kind: 'backup' as const, path })),
  ],
  /** What is known of an index is known of its copies, which have been held against it. */
  measured: ({ index }, { files }, { library, measurements }) => {
    const source = library.indexAt(index);
    const latest = source === null ? null : measurements.ofIndex(source).latest;
    if (latest === null) return [];
    return files.filter((path) => path !== index).map((path) => ({ path, measurement: latest }));
  },
  result: (value) => ({ kind: 'export', value }),
};

/**
 * What the export would do; the same token may be looked at again and then used.
 *
 * @throws FILE_NOT_FOUND, TOKEN_UNKNOWN, HOST_NOT_FOUND
 */
export function preparePlan(request: ArgumentOf<'export.plan'>, services: PrepareServices): RequestOf<'exportPlan'> {
  const { index, voice } = services.library.index(request.index);
  const root = hostRoot(request, voice, 'peek', services);
  return { ...request, kind: 'exportPlan', index: index.path, root, setAside: false, link: false };
}

/** Where a host lies, as a person has said when handing an index over to it last; null: nobody has. */
export function hostChosenLast(host: Host, memory: Pick<PrepareServices['memory'], 'get'>): string | null {
  return memory.get(lastChosen(host), filePath);
}

const lastChosen = (host: Host): string => `hostRoot:${host}`;

/** The folder that the person chose now, chose before for this index, that the voice lies in, or chose last. */
function hostRoot(
  { index, host, root }: { readonly index: string; readonly host: Host; readonly root: string | null },
  voice: Voice | null,
  use: 'peek' | 'take',
  { tokens, memory, sampleRoot }: PrepareServices,
): string {
  const chosenForIndex = `hostRoot:${host}:${index}`;
  if (root !== null) {
    const { path } = tokens[use](root, ['folder']);
    memory.set(chosenForIndex, path);
    memory.set(lastChosen(host), path);
    return path;
  }
  // The sample voice lies as in a host's folder, but no host ever looks there.
  const own = voice !== null && voice.host === host && voice.hostRoot !== sampleRoot ? voice.hostRoot : null;
  const known = memory.get(chosenForIndex, filePath) ?? own ?? hostChosenLast(host, memory);
  if (known === null)
    throw new VoronoiceError('HOST_NOT_FOUND', 'No folder of this host has been chosen yet.', { host });
  return known;
}
