/** Who and what a text must not name. */
export interface Secrets {
  /** The person's home folder. */
  readonly home: string;
  readonly user: string;
  readonly computer: string;
  /** Folders of the app itself, with what they are called instead: they may lie below the home folder. */
  readonly ownFolders: Readonly<Record<string, string>>;
  /** Voices, indexes and the folders they lie in. */
  readonly names: readonly string[];
}

/** Shorter names are words of other texts, too: they only count where nothing else is joined to them. */
const DISTINCT_LENGTH = 4;
/** What ends a path in a sentence; spaces do not, since folders have them. */
const PATH = /(?<![\p{L}\p{N}.~/\\>])(?:~|[A-Za-z]:|\\\\)?[\\/](?!\/)[^\n'"<>|*?:;,()[\]{}]*[^\s'"<>|*?:;,()[\]{}.]/gu;

/** A text without names. Of a path is left that there was one, whether it was in the home folder, and the file's ending. */
export function redact(text: string, secrets: Secrets): string {
  let clean = text;
  for (const [folder, name] of byLength(Object.entries(secrets.ownFolders), ([path]) => path)) {
    clean = replace(clean, folder, `<${name}>`);
  }
  clean = replace(clean, secrets.home, '~');
  clean = clean.replace(
    PATH,
    (path) => `${path.startsWith('~') ? '~/' : ''}<path>${/\.\w{1,5}$/.exec(path)?.[0] ?? ''}`,
  );
  const names = [
    ...secrets.names.map((name) => [name, '<name>'] as const),
    [secrets.user, '<user>'] as const,
    [secrets.computer, '<computer>'] as const,
  ];
  for (const [name, by] of byLength(names, ([one]) => one)) clean = replace(clean, name, by);
  return clean;
}

/** The longest first, so that no part of a name is left behind. */
function byLength<T>(all: readonly T[], textOf: (one: T) => string): readonly T[] {
  return all.toSorted((a, b) => textOf(b).length - textOf(a).length);
}

function replace(text: string, secret: string, by: string): string {
  const wanted = secret.trim();
  if (wanted.length < 2) return text;
  const escaped = wanted.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const pattern = wanted.length < DISTINCT_LENGTH ? `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])` : escaped;
  return text.replace(new RegExp(pattern, 'giu'), by.replaceAll('$', '$$$$'));
}
