import { hostname } from 'node:os';
import { basename, extname } from 'node:path';
import type { Library } from './library';
import { homeFolder, userName } from '../system/home';
import type { Secrets } from '../system/redact';

type Known = Pick<Library, 'snapshot'>;

/**
 * What a text for others must not name: this person, this computer, and everything in the library.
 *
 * @param subjects What jobs are about, which need not be in the library any more.
 */
export function secretsOf(
  library: Known,
  subjects: readonly string[],
  { app, data }: { readonly app: string; readonly data: string },
): Secrets {
  const { folders, voices, indexes, models } = library.snapshot();
  const files = [...indexes, ...models, ...voices.flatMap((voice) => [...voice.indexes, ...voice.models])];
  const names = [
    ...folders.map(({ path }) => basename(path)),
    ...voices.flatMap(({ name, path }) => [name, basename(path)]),
    ...subjects,
    ...files.flatMap(({ name }) => [name, basename(name, extname(name))]),
  ];
  return {
    home: homeFolder(),
    user: userName(),
    computer: hostname(),
    ownFolders: { [app]: 'app', [data]: 'data' },
    names: [...new Set(names)],
  };
}

/** How much there is in the library. */
export function countsOf(library: Known): Readonly<Record<string, number>> {
  const { folders, voices, indexes } = library.snapshot();
  return {
    folders: folders.length,
    voices: voices.length,
    indexes: voices.reduce((sum, voice) => sum + voice.indexes.length, 0),
    'indexes without a voice': indexes.length,
    moments: voices.reduce((sum, { frames }) => sum + frames, 0),
  };
}
