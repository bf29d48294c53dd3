import type { ExportWarning } from '@shared/contract/exportWarning';
import { Host } from '@shared/contract/primitives';
import { versionOf } from '../rvc';
import { HIDDEN } from '../visible';
import { applioName } from './applio';
import { HOST_LIST, HOSTS } from './index';
import type { ParsedIndexName } from './indexName';
import { latin } from './latin';
import { modelStem } from './modelNames';
import type { Segments } from './rules';
import { addedName, outsideName } from './rvc';

/** What file managers and browsers add to the name of a second copy. */
const COPY_MARKS = [
  / ?\(\d+\)$/,
  / - (Copy|Kopie|Copie|Copia|копия|복사본|副本|コピー)$/iu,
  / copy( \d+)?$/i,
  /^Copy of /i,
];

/** The name of what was copied; a copy of a copy has two marks. */
function withoutCopyMark(stem: string): string {
  const mark = COPY_MARKS.find((candidate) => candidate.test(stem));
  return mark === undefined ? stem : withoutCopyMark(stem.replace(mark, ''));
}

/** Whether the name of an index says that it is a second copy; see {@link parseIndexName}. */
export function hasCopyMark(fileName: string, folderName: string): boolean {
  const whole = fileName.replace(/\.index$/i, '');
  return whole !== folderName && withoutCopyMark(whole) !== whole;
}

/**
 * Reads an index file name of any host and year.
 *
 * @param folderName The folder it lies in. A plain name says nothing by itself: with the folder given, only a file named
 *   after it is `applio` and any other plain name is `other`; without, every plain name is `applio`.
 * @returns null when the name does not end in `.index`.
 */
export function parseIndexName(fileName: string, folderName?: string): ParsedIndexName | null {
  if (!fileName.toLowerCase().endsWith('.index')) return null;
  const whole = fileName.slice(0, -'.index'.length);
  const stem = whole === folderName ? whole : withoutCopyMark(whole);
  for (const { readName } of HOST_LIST) {
    const parsed = readName(stem, folderName);
    if (parsed !== null) return parsed;
  }
  return { kind: 'other', nlist: null, nprobe: null, name: stem === '' ? null : stem, version: null };
}

/** Facts of an index that go into its name. */
export interface NamedFacts {
  readonly dimension: number;
  /** Null for an index without lists, which counts as one list searched whole. */
  readonly nlist: number | null;
  readonly nprobe: number | null;
}

/** What an index is handed over for. */
export interface HandedOver {
  readonly host: Host;
  /** The voice. */
  readonly name: string;
  /** File name of the model that shall find it; left out: any that is called like the voice. */
  readonly model?: string;
  readonly slot: string | null;
}

/**
 * Where a host looks for the index of a voice, as path segments below the host's own folder; the first is the main one.
 */
export function hostTargets({ host, name, model, slot }: HandedOver, facts: NamedFacts): readonly Segments[] {
  const { nlist, nprobe, dimension } = facts;
  return HOSTS[host].targets({
    nlist: nlist ?? 1,
    nprobe: nprobe ?? 1,
    name,
    model: model === undefined ? name : modelStem(model),
    version: versionOf(dimension),
    slot,
  });
}

/** The folders of {@link hostTargets}, whatever the index is like. */
export function hostFolders(handed: HandedOver): readonly (readonly string[])[] {
  const targets = hostTargets(handed, { dimension: 0, nlist: null, nprobe: null });
  return targets.map((segments) => segments.slice(0, -1));
}

/**
 * The name of a file for a voice of another name, in the manner of the name it has.
 *
 * @param shared Whether it lies beside the indexes of other voices.
 */
export function renamed(
  fileName: string,
  { name, facts, shared }: { readonly name: string; readonly facts: NamedFacts | null; readonly shared: boolean },
): string {
  const parsed = parseIndexName(fileName);
  const nlist = parsed?.nlist ?? facts?.nlist ?? null;
  const nprobe = parsed?.nprobe ?? facts?.nprobe ?? null;
  if (parsed?.kind !== 'added' || nlist === null || nprobe === null) return applioName(name);
  const parts = { name, nlist, nprobe, version: facts === null ? null : versionOf(facts.dimension) };
  return shared ? outsideName(parts) : addedName(parts);
}

/**
 * Other voices that the host's picker would confuse with this one: it might load their index for this voice, or this
 * voice's index for them (`sing` picks `singapore`). A voice of exactly the same name is the same voice. Compared
 * without case, as Windows does.
 */
export function confusedWith(host: Host, name: string, otherNames: readonly string[]): string[] {
  const { picker } = HOSTS[host];
  if (picker === null) return [];
  const ours = name.toLowerCase();
  const key = picker.key(ours);
  return otherNames.filter((otherName) => {
    const other = otherName.toLowerCase();
    if (other === ours) return false;
    const otherKey = picker.key(other);
    // A name that begins with the separator gives no key: nothing is looked for.
    const finds = (wanted: string, name: string): boolean => wanted !== '' && name.includes(wanted);
    return picker.looks === 'folder' ? key !== '' && key === otherKey : finds(key, other) || finds(otherKey, ours);
  });
}

/** RVC hides every index with this word in its name, and `vc_single` rewrites it to `added` anywhere in the path. */
const TRAINED = /trained/gi;

/** Whether some host would not see, or would rewrite, this name or path. */
function hasTrained(path: string): boolean {
  return path.search(TRAINED) >= 0;
}

/**
 * Device names that Windows reserves, alone or before a dot (Microsoft, "Naming Files, Paths, and Namespaces"): also with the
 * digits ¹ ² ³, and with spaces before the dot.
 */
export const WINDOWS_RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i;

const FORBIDDEN = new RegExp(`[<>:"/\\\\|?*${HIDDEN}]`, 'u');

/** RVC's copy has the name twice and 255 bytes at most; what remains is for the rest of it and a temporary ending. */
export const MOST_NAME_BYTES = 85;

/** A file name ends at 255 bytes everywhere; what remains is for a temporary or backup ending. */
export const MOST_FILE_NAME_BYTES = 200;

/** Why a file or folder could not have this name on every system; null when it could. */
export function nameFault(name: string, mostBytes: number): string | null {
  if (name.trim() === '') return 'it is empty';
  const forbidden = FORBIDDEN.exec(name);
  if (forbidden !== null) return `it contains ${JSON.stringify(forbidden[0])}`;
  if (/[. ]$/.test(name) || name.startsWith(' ')) return 'it begins with a space, or ends with a space or a dot';
  if (WINDOWS_RESERVED.test(name)) return 'Windows keeps it for a device';
  if (utf8Bytes(name) > mostBytes) return `it is longer than ${mostBytes} bytes`;
  return null;
}

function utf8Bytes(text: string): number {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }).reduce<number>((sum, bytes) => sum + bytes, 0);
}

/** The name of a folder as that of a voice: itself, or another one where no index could bear it. */
export function usableName(folderName: string): string {
  return nameFault(folderName, MOST_NAME_BYTES) === null ? folderName : proposeName(folderName);
}

/** RVC's name holds the experiment twice; this keeps it far below the 255 characters of a file name. */
const NAME_LIMIT = 64;

/** For what no letters are left of: nobody's name, and one that a person might choose. */
const NAMELESS = ['voice', 'singer', 'vocal', 'melody', 'tenor', 'alto', 'chorus', 'echo', 'sonata', 'harmony'];

/**
 * A name that works in every host: ASCII letters, digits and `- _ .` only, without the word "trained", not reserved by
 * Windows, not a hidden file, at most 64 characters, and not confused with another voice by any host's picker. A good
 * name comes back unchanged; else its own letters in Latin ones, a word of it, it in one word, or it with a number.
 *
 * @param otherNames The other voices; the same name is not among them.
 */
export function proposeName(name: string, otherNames: readonly string[] = []): string {
  const clear = (candidate: string): boolean =>
    otherNames.every((other) => other.toLowerCase() !== candidate.toLowerCase()) &&
    Host.options.every((host) => confusedWith(host, candidate, otherNames).length === 0);

  const kept = plainName(name);
  // One word of it may be unmistakable: some pickers compare names only up to their first separator.
  const words = (kept ?? '').split(/[-_.]/).filter((word) => word.length >= 3 && plainName(word) === word);
  const joined = (kept ?? '').replace(/[-_.]/g, '').slice(0, NAME_LIMIT - 1);
  const candidates = [
    ...(kept === null ? [] : [kept]),
    ...words.sort((left, right) => right.length - left.length),
    ...(joined === '' ? [] : [joined, ...Array.from({ length: 8 }, (_, more) => `${joined}${more + 2}`)]),
    ...NAMELESS,
  ];
  const found = candidates.find((candidate) => plainName(candidate) === candidate && clear(candidate));
  if (found !== undefined) return found;
  let hashed = hashedName(name);
  for (let attempt = 1; attempt < 16 && !clear(hashed); attempt++) hashed = hashedName(`${name}#${attempt}`);
  return hashed;
}

/** The name without what no host can take; null when too little is left to be recognized. */
function plainName(name: string): string | null {
  const spelled = latin(name);
  const ascii = spelled
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(TRAINED, '')
    // Cutting a word out can join another one: "tratrainedined".
    .replace(TRAINED, '')
    .replace(/-{2,}/g, '-')
    .replace(/^[-_.]+/, '')
    .slice(0, NAME_LIMIT)
    .replace(/[-_.]+$/, '');
  const letters = (text: string): number => (text.match(/[\p{L}\p{N}]/gu) ?? []).length;
  if (letters(ascii) === 0 || letters(ascii) * 2 < letters(spelled.replace(TRAINED, ''))) return null;
  if (hasTrained(ascii) || WINDOWS_RESERVED.test(ascii)) return null;
  return ascii;
}

function hashedName(name: string): string {
  return `voice${fnv1a(name).toString(16).padStart(8, '0').slice(0, 6)}`;
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let position = 0; position < text.length; position++) {
    hash = Math.imul(hash ^ text.charCodeAt(position), 0x01000193) >>> 0;
  }
  return hash;
}

/** What is known before an index is written into a host. */
export interface ExportSituation {
  readonly host: Host;
  /** The name that was asked for and the one in use. */
  readonly requestedName: string;
  readonly name: string;
  /** Absolute paths that will be written, the host's folder included. */
  readonly targets: readonly string[];
  /** The other voices of this host. */
  readonly otherNames: readonly string[];
  /** Other indexes of this voice that the host might load first. */
  readonly otherIndexes: readonly string[];
  /** Targets that exist with another content. */
  readonly replaced: readonly string[];
}

/** Everything that may go wrong in the host although the file itself is fine, each at most once, the gravest first. */
export function exportWarnings(situation: ExportSituation): ExportWarning[] {
  const { host, requestedName, name, targets, otherNames, otherIndexes, replaced } = situation;
  const proposal = proposeName(name, otherNames);
  /** A new name helps only where the name itself is the trouble, not a folder above it. */
  const cure = (ails: (name: string) => boolean): string | null => (ails(name) && proposal !== name ? proposal : null);
  const warnings: ExportWarning[] = [];

  // A host that is handed the file does not look at its name.
  const trained = HOSTS[host].picker === null ? undefined : targets.find(hasTrained);
  if (trained !== undefined) {
    warnings.push({ code: 'TRAINED_IN_PATH', details: { path: trained }, proposal: cure(hasTrained) });
  }
  const nonAscii = targets.find(isNonAscii);
  if (nonAscii !== undefined) {
    warnings.push({ code: 'NON_ASCII_PATH', details: { path: nonAscii }, proposal: cure(isNonAscii) });
  }
  const confused = confusedWith(host, name, otherNames);
  if (confused[0] !== undefined) {
    warnings.push({
      code: 'AMBIGUOUS_NAME',
      details: { name, other: confused[0], count: confused.length },
      proposal: proposal === name ? null : proposal,
    });
  }
  const sameButCase = otherNames.find((other) => other !== name && other.toLowerCase() === name.toLowerCase());
  if (sameButCase !== undefined) {
    warnings.push({ code: 'CASE_DIFFERS', details: { name, other: sameButCase }, proposal: sameButCase });
  }
  if (otherIndexes[0] !== undefined) {
    warnings.push({
      code: 'OTHER_INDEX',
      details: { path: otherIndexes[0], count: otherIndexes.length },
      proposal: null,
    });
  }
  if (replaced[0] !== undefined) {
    warnings.push({ code: 'REPLACES', details: { path: replaced[0], count: replaced.length }, proposal: null });
  }
  if (requestedName !== name) {
    warnings.push({ code: 'NAME_CHANGED', details: { from: requestedName, to: name }, proposal: null });
  }
  return warnings;
}

function isNonAscii(path: string): boolean {
  return /[^ -~]/.test(path);
}
