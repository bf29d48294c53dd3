/** The name of an entry before it is read as text. */
export interface RawName {
  readonly bytes: Uint8Array;
  /** The text, where the archive says how it is written; else null. */
  readonly text: string | null;
}

/** A code page in which programs write names without saying so: that of the system they ran on. */
interface CodePage {
  readonly label: string;
  /** What its names are of. */
  readonly letters: RegExp;
  /** Bytes above ASCII that a usual letter takes. */
  readonly high: 1 | 2;
  /** What a text in it has, or does not have. */
  readonly isLikely: (text: string) => boolean;
  /** They decide between code pages that fit alike. */
  readonly languages: readonly string[];
}

/** Keeps the end of a name from joining the next. */
const SEPARATOR = Buffer.from('/');

const always = (): boolean => true;

const CODE_PAGES: readonly CodePage[] = [
  { label: 'euc-kr', letters: /[\uac00-\ud7a3]/gu, high: 2, isLikely: always, languages: ['ko'] },
  {
    label: 'shift_jis',
    letters: /[\u3040-\u30ff\u4e00-\u9fff々〆]/gu,
    high: 1,
    // Without kana it may be Chinese as well.
    isLikely: (text) => /[\u3040-\u30ff]/u.test(text),
    languages: ['ja'],
  },
  { label: 'gbk', letters: /[\u4e00-\u9fff]/gu, high: 2, isLikely: always, languages: ['zh'] },
  { label: 'big5', letters: /[\u4e00-\u9fff]/gu, high: 1, isLikely: always, languages: [] },
  {
    label: 'ibm866',
    letters: /[\u0400-\u04ff]/gu,
    high: 1,
    // Between Latin letters it is one with an accent.
    isLikely: (text) => !/[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]/u.test(text),
    languages: ['ru', 'uk', 'be'],
  },
];

/** Less of a name in the letters of a code page is chance. */
const LEAST_SHARE = 0.8;

/** CP437 above ASCII, which the format itself means where nothing else is said. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ';

/**
 * The names of an archive as text. Where it does not say how they are written, they are UTF-8 if they can be; else all of
 * them are read in the one code page whose letters they are of.
 *
 * @param language of the system; it decides between code pages that fit alike
 */
export function readNames(names: readonly RawName[], language = systemLanguage()): string[] {
  const foreign = names.filter(({ text, bytes }) => text === null && decoded(bytes, 'utf-8') === null);
  const label =
    foreign.length === 0
      ? null
      : codePageOf(Buffer.concat(foreign.flatMap(({ bytes }) => [bytes, SEPARATOR])), language);
  return names.map(({ text, bytes }) => {
    const read = text ?? decoded(bytes, 'utf-8') ?? (label === null ? null : decoded(bytes, label)) ?? western(bytes);
    // Windows programs of old write their own separator; a Mac takes letters and their marks apart.
    return read.replaceAll('\\', '/').normalize('NFC');
  });
}

function codePageOf(bytes: Uint8Array, language: string): string | null {
  const rated = CODE_PAGES.map((page) => ({ page, share: shareOf(page, bytes) }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .map(({ page, share }) => ({ page, share, isSpoken: page.languages.includes(language) }));
  const [best] = rated.toSorted((a, b) => Number(b.isSpoken) - Number(a.isSpoken) || b.share - a.share);
  return best?.page.label ?? null;
}

/** How much of a text beyond ASCII is in the letters of a code page; 0 where it cannot be, or hardly is, written in it. */
function shareOf({ label, letters, high, isLikely }: CodePage, bytes: Uint8Array): number {
  const text = decoded(bytes, label);
  if (text === null || !isLikely(text)) return 0;
  const foreign = text.replaceAll(/[^\u0080-\u{10ffff}]/gu, '');
  const all = Array.from(foreign).length;
  const above = bytes.filter((byte) => byte >= 0x80).length;
  // A letter with an accent before a plain one would be one character of two bytes elsewhere.
  if (all === 0 || above < all * high * LEAST_SHARE) return 0;
  return (foreign.match(letters)?.length ?? 0) / all;
}

function systemLanguage(): string {
  return new Intl.Locale(Intl.DateTimeFormat().resolvedOptions().locale).language;
}

/** Null for bytes that are no text of this kind. */
function decoded(bytes: Uint8Array, label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The next label is tried.
    return null;
  }
}

function western(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : (CP437[byte - 0x80] ?? '?'))).join('');
}
