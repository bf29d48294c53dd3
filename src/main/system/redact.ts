import { oneEntry } from './log';

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
/** A path as the system quotes it in its errors, whatever is in it. */
const QUOTED_PATH = /(?<=')(?:~|[A-Za-z]:|\\\\)?[\\/][^\n]*(?=')/gu;
/** What comes after a quotation mark in a line. */
const QUOTED = /"[^\n]*/gu;
/** A file in an address, as where an error came from. */
const IN_ADDRESS = /(?<=file:\/\/)[~/][^\s'"<>|*?:;,()[\]{}]*/gu;

/** Takes names out of texts. */
export interface Redaction {
  /** Of a path is left that there was one, whether it was in the home folder, and the file's ending. */
  readonly text: (text: string) => string;
  /** The same of lines of a log: of what is quoted in them is left that there was something, whoever knows of it. */
  readonly log: (text: string) => string;
}

export function redaction(secrets: Secrets): Redaction {
  const folders = hidden(Object.entries(secrets.ownFolders).map(([folder, name]) => [folder, `<${name}>`]));
  const home = hidden([[secrets.home, '~']]);
  const names = hidden([
    ...secrets.names.map((name) => [name, '<name>'] as const),
    [secrets.user, '<user>'],
    [secrets.computer, '<computer>'],
  ]);
  const redact = (text: string): string => {
    const near = replaceAll(replaceAll(text, folders), home);
    return replaceAll(
      near.replace(IN_ADDRESS, withoutPath).replace(QUOTED_PATH, withoutPath).replace(PATH, withoutPath),
      names,
    );
  };
  return { text: redact, log: (text) => redact(text.replace(QUOTED, withoutQuotations)) };
}

/** What a sentence of ours quotes came from outside. It may hold quotation marks itself, or not be ended in this line. */
function withoutQuotations(rest: string): string {
  const parts = rest.split('"');
  return parts.length % 2 === 1 ? `"…"${parts.at(-1) ?? ''}` : '"…';
}

function withoutPath(path: string): string {
  return `${path.startsWith('~') ? '~/' : ''}<path>${/\.\w{1,5}$/.exec(path)?.[0] ?? ''}`;
}

/** What is to be replaced, in one spelling. */
interface Hidden {
  readonly spelling: string;
  /** It {@link inCapitals}. */
  readonly letters: string;
  readonly by: string;
}

/** Each in every spelling, the longest first, so that no part of a name is left behind. */
function hidden(secrets: readonly (readonly [secret: string, by: string])[]): readonly Hidden[] {
  return secrets
    .flatMap(([secret, by]) =>
      spellings(secret.trim()).map((spelling) => ({ spelling, letters: inCapitals(spelling), by })),
    )
    .filter(({ spelling }) => !/^[ -~]?$/.test(spelling))
    .sort((a, b) => b.spelling.length - a.spelling.length);
}

/** A secret as texts may have it: with its letters taken apart, as a Mac does, in JSON, in an address, and as the log shows it. */
function spellings(secret: string): readonly string[] {
  if (/^[\w.-]*$/.test(secret)) return [secret];
  const wellFormed = secret.replace(/\p{Surrogate}/gu, '\ufffd');
  const texts = /^[ -~]*$/.test(secret)
    ? [secret]
    : [wellFormed, wellFormed.normalize('NFC'), wellFormed.normalize('NFD')];
  const all = texts.flatMap((text) => [
    text,
    oneEntry(text),
    JSON.stringify(text).slice(1, -1),
    encodeURI(text),
    text.split('/').map(encodeURIComponent).join('/'),
  ]);
  return [...new Set([secret, ...all])];
}

/** The same for all that a pattern without case takes for the same: ẞ and ß, the sign of kelvin and k have capitals of their own. */
const inCapitals = (text: string): string => text.toLowerCase().toUpperCase();

/** In a library of thousands hardly any name is in a text: only those are looked for of which it has every three letters. */
function replaceAll(text: string, secrets: readonly Hidden[]): string {
  const letters = inCapitals(text);
  const threes = new Set(Array.from({ length: Math.max(0, letters.length - 2) }, (_, at) => letters.slice(at, at + 3)));
  const mayHave = (secret: string): boolean => {
    for (let at = 0; at + 3 <= secret.length; at++) if (!threes.has(secret.slice(at, at + 3))) return false;
    return true;
  };
  let clean = text;
  for (const { spelling, letters: wanted, by } of secrets) if (mayHave(wanted)) clean = replace(clean, spelling, by);
  return clean;
}

function replace(text: string, secret: string, by: string): string {
  const escaped = secret.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const pattern = secret.length < DISTINCT_LENGTH ? `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])` : escaped;
  return text.replace(new RegExp(pattern, 'giu'), by.replaceAll('$', '$$$$'));
}
