import { Host } from '@shared/contract/primitives';
import type { IndexFile, Voice } from '@shared/contract/voices';
import { DEFAULT_HOST, HOSTS, isHostLayout } from './index';

/**
 * Where the people of a voice, or of an index by itself, work: decides what "Use in" says and offers first. The host
 * that the voice lies in; else the one whose layout or kind of file it is, the more special before the common.
 */
export function hostOf(
  voice: Pick<Voice, 'layout' | 'host'> | null | undefined,
  index?: Pick<IndexFile, 'kind'>,
): Host {
  if (voice?.host != null) return voice.host;
  const claims = (host: Host): boolean => {
    const { layouts, kinds } = HOSTS[host];
    const laidOut = voice != null && isHostLayout(voice.layout) && layouts[voice.layout] !== undefined;
    return laidOut || (index !== undefined && kinds.includes(index.kind));
  };
  return Host.options.filter(claims).at(-1) ?? DEFAULT_HOST;
}
