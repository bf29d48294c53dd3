import path, { type PlatformPath } from 'node:path';

/**
 * The paths that the app was started with, e.g. by opening an index with it. Everything else on the command line is
 * ignored: another program may have written it.
 *
 * @param system whose rules for paths hold
 */
export function pathsIn(
  args: readonly string[],
  workingFolder: string,
  system: Pick<PlatformPath, 'isAbsolute' | 'resolve'> = path,
): string[] {
  return args
    .filter((text) => text !== '' && !text.startsWith('-') && !/^[a-z][a-z0-9+.-]+:\/\//i.test(text))
    .map((text) => (system.isAbsolute(text) ? text : system.resolve(workingFolder, text)))
    .slice(0, 20);
}
