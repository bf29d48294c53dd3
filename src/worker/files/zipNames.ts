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
  /** First bytes of the letters in daily use, where a letter has two; those beyond are in dictionaries. */
  readonly leads: readonly [from: number, to: number] | null;
  /** From where on the second bytes of these letters are; null: they may be ASCII as well. */
  readonly trails: number | null;
  /** What a text in it has, or does not have. */
  readonly isLikely: (text: string) => boolean;
  /** They decide between code pages that fit alike. */
  readonly languages: readonly string[];
}

/** Keeps the end of a name from joining the next. */
const SEPARATOR = Buffer.from('/');

const always = (): boolean => true;

const hasKana = (text: string): boolean => /[\u3040-\u30ff]/u.test(text);

/** Of those that fit alike, and none of which the system speaks, the first. */
const CODE_PAGES: readonly CodePage[] = [
  {
    label: 'euc-kr',
    letters: /[\uac00-\ud7a3]/gu,
    leads: [0xb0, 0xc8],
    trails: 0xa1,
    isLikely: always,
    languages: ['ko'],
  },
  {
    label: 'shift_jis',
    letters: /[\u3040-\u30ff\u4e00-\u9fff々〆]/gu,
    leads: null,
    trails: null,
    isLikely: hasKana,
    languages: ['ja'],
  },
  {
    label: 'gbk',
    letters: /[\u4e00-\u9fff]/gu,
    leads: [0xb0, 0xf7],
    trails: 0xa1,
    isLikely: always,
    languages: ['zh'],
  },
  { label: 'big5', letters: /[\u4e00-\u9fff]/gu, leads: [0xa4, 0xc6], trails: null, isLikely: always, languages: [] },
  {
    label: 'ibm866',
    letters: /[\u0400-\u04ff]/gu,
    leads: null,
    trails: null,
    // Between Latin letters it is one with an accent.
    isLikely: (text) => !/[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]/u.test(text),
    languages: ['ru', 'uk', 'be'],
  },
  // Without kana it may be anything else that fits as well.
  {
    label: 'shift_jis',
    letters: /[\u4e00-\u9fff々〆]/gu,
    leads: [0x88, 0x98],
    trails: null,
    isLikely: (text) => !hasKana(text),
    languages: ['ja'],
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
function shareOf({ label, letters, leads, trails, isLikely }: CodePage, bytes: Uint8Array): number {
  const text = decoded(bytes, label);
  if (text === null || !isLikely(text)) return 0;
  const foreign = text.replaceAll(/[^\u0080-\u{10ffff}]/gu, '');
  const all = Array.from(foreign).length;
  if (all === 0) return 0;
  if (leads !== null) {
    const usual = pairsOf(bytes).filter(
      ([lead, trail]) => lead >= leads[0] && lead <= leads[1] && (trails === null || trail >= trails),
    );
    // A letter with an accent before a plain one would be one character of two bytes elsewhere.
    if (usual.length < all * LEAST_SHARE) return 0;
  }
  return (foreign.match(letters)?.length ?? 0) / all;
}

/** Each byte beyond ASCII that no letter has begun yet, with the one after it. */
function pairsOf(bytes: Uint8Array): (readonly [lead: number, trail: number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    at += 1;
    pairs.push([lead, bytes[at] ?? 0]);
  }
  return pairs;
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
