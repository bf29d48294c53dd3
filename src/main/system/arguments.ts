import { isAbsolute, resolve } from 'node:path';

/**
 * The paths that the app was started with, e.g. by opening an index with it. Everything else on the command line is
 * ignored: another program may have written it.
 */
export function pathsIn(args: readonly string[], workingFolder: string): string[] {
  return args
    .filter((text) => text !== '' && !text.startsWith('-') && !/^[a-z][a-z0-9+.-]+:\/\//i.test(text))
    .map((text) => (isAbsolute(text) ? text : resolve(workingFolder, text)))
    .slice(0, 20);
}
