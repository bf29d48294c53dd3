import type { JobSnapshot } from '@shared/contract/jobs';
import type { Page } from './navigation';
import { useLibrary } from '@/stores/library';

/** Where the result of a job is shown. */
export function useJobPlace() {
  const library = useLibrary();

  /** An index is shown on its voice's page, or on its own. */
  function indexPlace(id: string): Page | null {
    const found = library.index(id);
    if (!found) return null;
    return found.voice ? { name: 'voice', id: found.voice.id, index: id } : { name: 'index', id };
  }

  function voicePlace(job: JobSnapshot): Page | null {
    const folder = job.result?.kind === 'sample' ? job.result.value.folder : null;
    const made = library.voices.find((voice) => voice.path === folder || voice.featuresPath === folder);
    const id = job.voice ?? made?.id;
    return id !== undefined && library.voice(id) ? { name: 'voice', id } : null;
  }

  /** The one voice that came out of an archive; of several the library shows which. */
  function unpackedPlace({ result }: JobSnapshot): Page | null {
    if (result?.kind !== 'unpack') return null;
    const inside = library.voices.filter(({ path }) => path.startsWith(result.value.folder));
    const [voice] = inside;
    return voice !== undefined && inside.length === 1 ? { name: 'voice', id: voice.id } : { name: 'library' };
  }

  /** Null when there is nothing to show. */
  return function placeOf(job: JobSnapshot): Page | null {
    const { request, result, state } = job;
    switch (request.kind) {
      case 'measure':
        return indexPlace(request.index);
      case 'repair': {
        const mended = result?.kind === 'repair' ? result.index : null;
        return (mended === null ? null : indexPlace(mended)) ?? indexPlace(request.index);
      }
      case 'compare':
        return state === 'done' ? { name: 'compare', job: job.id } : voicePlace(job);
      case 'train': {
        const built = result?.kind === 'train' ? result.index : null;
        return (built === null ? null : indexPlace(built)) ?? voicePlace(job);
      }
      case 'tune':
        return state === 'done' ? { name: 'tune', voice: request.voice, job: job.id } : voicePlace(job);
      case 'unpack':
        return unpackedPlace(job);
      case 'sample':
      case 'export':
      case 'takeBack':
      case 'sift':
      case 'listen':
        return voicePlace(job);
    }
  };
}
