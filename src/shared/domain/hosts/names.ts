import type { Host, Version } from '@shared/contract/primitives';
import type { IndexKind } from '@shared/contract/voices';
import type { ExportWarning } from '@shared/contract/exportWarning';
import { assertNever } from '../assertNever';
import { versionOf } from '../rvc';

/** What an RVC file name says about its index. */
export interface AddedNameParts {
  readonly nlist: number;
  readonly nprobe: number;
  /** The experiment. */
  readonly name: string;
  /** Null leaves the suffix out (features of neither v1 nor v2). */
  readonly version: Version | null;
}

export interface BuiltNameParts extends Pick<AddedNameParts, 'name' | 'version'> {
  /** FAISS index factory string. */
  readonly factory: string;
  readonly nprobe: number | null;
}

/** RVC's name of a finished index: `added_IVF{n}_Flat_nprobe_{p}_{exp}_{v1|v2}.index` (train_index.py). */
export function addedName({ nlist, ...parts }: AddedNameParts): string {
  return builtName({ factory: `IVF${nlist},Flat`, ...parts });
}

/** The same for an index of any kind, named by its factory string; without groups there is no nprobe to name. */
export function builtName({ factory, nprobe, name, version }: BuiltNameParts): string {
  const kind = factory.replaceAll(/[^A-Za-z0-9]+/g, '_');
  const searched = nprobe === null ? '' : `_nprobe_${nprobe}`;
  return `added_${kind}${searched}_${name}${version === null ? '' : `_${version}`}.index`;
}

/**
 * The copy in `assets/indices`: `{exp}_added_IVF…_{exp}_{version}.index`. It begins with the experiment and contains
 * `_{exp}_v1` or `_{exp}_v2`, which the pickers of every RVC version accept (infer/vc/utils.py).
 */
export function outsideName(parts: AddedNameParts): string {
  return `${parts.name}_${addedName(parts)}`;
}

/** Applio's name of an index: `{model}.index` (extract_index.py since January 2025). */
export function applioName(name: string): string {
  return `${name}.index`;
}

export interface ParsedIndexName {
  readonly kind: IndexKind;
  readonly nlist: number | null;
  readonly nprobe: number | null;
  /** Experiment or model; null when the name does not say. */
  readonly name: string | null;
  readonly version: Version | null;
}

/** Optional `{exp}_` of a link, optional `added_` or `trained_`, then what every RVC name has. */
const RVC_NAME = /^(?:(.+?)_)??(?:(added|trained)_)?IVF(\d+)_Flat_nprobe_(\d+)((?:_.*)?)$/;
/** Applio in the summer of 2024: `added_v2`, `added_{model}_v2`. */
const APPLIO_2024_NAME = /^(added|trained)((?:_.+)?_(?:v1|v2))$/;

/**
 * Reads an index file name of any year: RVC's `added_` and `trained_` with or without experiment and version (2023),
 * the links `{exp}_IVF…` (2024) and `{exp}_added_IVF…` (2026), and Applio's `added_{ver}`, `added_{model}_{ver}` and
 * `{model}.index`.
 *
 * @param folderName The folder it lies in. Applio's plain names say nothing by themselves: with the folder given, only
 *   a file named after it is `applio` and any other plain name is `other`; without, every plain name is `applio`.
 * @returns null when the name does not end in `.index`.
 */
export function parseIndexName(fileName: string, folderName?: string): ParsedIndexName | null {
  if (!fileName.toLowerCase().endsWith('.index')) return null;
  const stem = fileName.slice(0, -'.index'.length);

  const rvc = RVC_NAME.exec(stem);
  if (rvc !== null) {
    const [, prefix, state, nlist, nprobe, tail] = rvc;
    const { name, version } = splitTail(tail ?? '');
    return {
      kind: state === 'trained' ? 'trained' : 'added',
      nlist: Number(nlist),
      nprobe: Number(nprobe),
      name: name ?? prefix ?? null,
      version,
    };
  }

  const applio2024 = APPLIO_2024_NAME.exec(stem);
  if (applio2024 !== null) {
    const [, state, tail] = applio2024;
    return { kind: state === 'trained' ? 'trained' : 'added', nlist: null, nprobe: null, ...splitTail(tail ?? '') };
  }

  const kind = folderName === undefined || folderName === stem ? 'applio' : 'other';
  return { kind, nlist: null, nprobe: null, name: stem === '' ? null : stem, version: null };
}

/** `_{exp}_{version}`, either part may be missing. */
function splitTail(tail: string): { name: string | null; version: Version | null } {
  const version = tail.endsWith('_v1') ? 'v1' : tail.endsWith('_v2') ? 'v2' : null;
  const name = version === null ? tail.slice(1) : tail.slice(1, -'_v1'.length);
  return { name: name === '' ? null : name, version };
}

/** Facts of an index that go into its name. */
export interface NamedFacts {
  readonly dimension: number;
  /** Null for an index without lists, which counts as one list searched whole. */
  readonly nlist: number | null;
  readonly nprobe: number | null;
}

/**
 * Where a host looks for the index of a voice, as path segments below the host's own folder (the one that holds
 * `logs`); the first is the main one.
 */
export function hostTargets(
  host: Host,
  { name, facts }: { readonly name: string; readonly facts: NamedFacts },
): readonly (readonly [string, ...string[]])[] {
  switch (host) {
    case 'rvc': {
      const parts = { nlist: facts.nlist ?? 1, nprobe: facts.nprobe ?? 1, name, version: versionOf(facts.dimension) };
      return [
        ['logs', name, addedName(parts)],
        ['assets', 'indices', outsideName(parts)],
      ];
    }
    case 'applio':
      return [['logs', name, applioName(name)]];
    default:
      return assertNever(host);
  }
}

/**
 * The part of a voice's name by which the host's picker finds its index. RVC 2024 takes the first index whose path
 * contains the model name up to its first dot (infer/modules/vc/utils.py); Applio falls back to the name up to its
 * first `_ - . +` (tabs/inference/inference.py, `match_index`). Compared without case, as Windows does.
 */
function pickerKey(host: Host, name: string): string {
  const separator = host === 'rvc' ? /\./ : /[_\-.+]/;
  return (name.split(separator, 1)[0] ?? '').toLowerCase();
}

/**
 * Other voices that the host's picker would confuse with this one: it might load their index for this voice, or this
 * voice's index for them (`sing` picks `singapore`). A voice of exactly the same name is the same voice.
 */
export function confusedWith(host: Host, name: string, otherNames: readonly string[]): string[] {
  const ours = name.toLowerCase();
  return otherNames.filter((otherName) => {
    const other = otherName.toLowerCase();
    return other !== ours && (other.includes(pickerKey(host, name)) || ours.includes(pickerKey(host, otherName)));
  });
}

/** RVC hides every index with this word in its name, and `vc_single` rewrites it to `added` anywhere in the path. */
const TRAINED = /trained/gi;

/** Device names that Windows reserves, alone or before a dot. */
export const WINDOWS_RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** RVC's name holds the experiment twice; this keeps it far below the 255 characters of a file name. */
const NAME_LIMIT = 64;

/**
 * A name that works in every host: ASCII letters, digits and `- _ .` only, without the word "trained", not reserved by
 * Windows, not a hidden file, at most 64 characters, and not confused with another voice by either host's picker. A
 * good name comes back unchanged; else one word of it may do; else it becomes `voice` and a short hash.
 *
 * @param otherNames The other voices; the same name is not among them.
 */
export function proposeName(name: string, otherNames: readonly string[] = []): string {
  const clear = (candidate: string): boolean =>
    otherNames.every((other) => other.toLowerCase() !== candidate.toLowerCase()) &&
    confusedWith('rvc', candidate, otherNames).length === 0 &&
    confusedWith('applio', candidate, otherNames).length === 0;

  const kept = plainName(name);
  if (kept !== null && clear(kept)) return kept;
  // One word of it may be unmistakable: Applio compares names only up to their first separator.
  const words = (kept ?? '').split(/[-_.]/).filter((word) => word.length >= 3 && plainName(word) === word);
  const word = words.sort((left, right) => right.length - left.length).find(clear);
  if (word !== undefined) return word;
  let hashed = hashedName(name);
  for (let attempt = 1; attempt < 16 && !clear(hashed); attempt++) hashed = hashedName(`${name}#${attempt}`);
  return hashed;
}

/** The name without what no host can take; null when too little is left to be recognized. */
function plainName(name: string): string | null {
  const ascii = name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(TRAINED, '')
    // Cutting a word out can join another one: "tratrainedined".
    .replace(TRAINED, '')
    .replace(/-{2,}/g, '-')
    .replace(/^[-_.]+/, '')
    .slice(0, NAME_LIMIT)
    .replace(/[-_.]+$/, '');
  const letters = (text: string): number => (text.match(/[\p{L}\p{N}]/gu) ?? []).length;
  if (letters(ascii) === 0 || letters(ascii) * 2 < letters(name.replace(TRAINED, ''))) return null;
  if (ascii.match(TRAINED) !== null || WINDOWS_RESERVED.test(ascii)) return null;
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
  const cure = (pattern: RegExp): string | null => (pattern.test(name) && proposal !== name ? proposal : null);
  const warnings: ExportWarning[] = [];

  const trained = targets.find((path) => /trained/i.test(path));
  if (trained !== undefined) {
    warnings.push({ code: 'TRAINED_IN_PATH', details: { path: trained }, proposal: cure(/trained/i) });
  }
  const nonAscii = targets.find((path) => NON_ASCII.test(path));
  if (nonAscii !== undefined) {
    warnings.push({ code: 'NON_ASCII_PATH', details: { path: nonAscii }, proposal: cure(NON_ASCII) });
  }
  const confused = confusedWith(host, name, otherNames);
  if (confused[0] !== undefined) {
    warnings.push({
      code: 'AMBIGUOUS_NAME',
      details: { name, other: confused[0], count: confused.length },
      proposal: proposal === name ? null : proposal,
    });
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

const NON_ASCII = /[^ -~]/;
