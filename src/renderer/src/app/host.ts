import type { Host } from '@shared/contract/primitives';
import type { Voice } from '@shared/contract/voices';

/** Where the people of a voice work: decides what "Use in" says and offers first. */
export function hostOf({ layout }: Pick<Voice, 'layout'>): Host {
  return layout === 'applio' ? 'applio' : 'rvc';
}
