import type { ErrorCode, Failure } from '../../contract/errors';
import type { Voice } from '../../contract/voices';

/** What stands in the way of one file, which another try may not mend, and which the others can do without. */
const OF_ONE_FILE: ReadonlySet<ErrorCode> = new Set(['DISK_FAILED', 'FILE_UNREADABLE', 'FILE_BUSY']);

/** Files of features without which a voice could be used again. */
export interface Leavable {
  readonly voice: Voice;
  readonly files: readonly string[];
}

/** Which files of which voice a failure is about, where leaving them out mends it; null where it does not. */
export function leavable(
  { code, details }: Pick<Failure, 'code' | 'details'>,
  voices: readonly Voice[],
): Leavable | null {
  const { path } = details;
  if (typeof path !== 'string') return null;
  if (code === 'FEATURES_MIXED_DIMENSIONS') {
    const voice = voices.find(({ featuresPath }) => featuresPath === path);
    return voice?.odd === undefined ? null : { voice, files: voice.odd };
  }
  const [, folder, name] = /^(.*)[/\\]([^/\\]+\.npy)$/i.exec(path) ?? [];
  if (!OF_ONE_FILE.has(code) || folder === undefined || name === undefined) return null;
  const voice = voices.find(({ featuresPath }) => featuresPath === folder);
  return voice === undefined || voice.files < 2 ? null : { voice, files: [name] };
}
