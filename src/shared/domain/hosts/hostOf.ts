import type { Host } from '@shared/contract/primitives';
import type { IndexFile, Voice } from '@shared/contract/voices';

/** Where the people of a voice, or of an index by itself, work: decides what "Use in" says and offers first. */
export function hostOf(voice: Pick<Voice, 'layout'> | null | undefined, index?: Pick<IndexFile, 'kind'>): Host {
  return voice?.layout === 'applio' || index?.kind === 'applio' ? 'applio' : 'rvc';
}
