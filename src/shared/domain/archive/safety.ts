import type { Problem } from '../../contract/primitives';
import { HIDDEN } from '../visible';
import { placeIn } from './place';

/** A file or folder in an archive, as the archive says it is. */
export interface Packed {
  /** With `/` between its parts; a folder's ends in one. */
  readonly name: string;
  /** When unpacked. */
  readonly bytes: number;
  readonly isLink: boolean;
  readonly isEncrypted: boolean;
  /** Whether it is packed in a way that is known here. */
  readonly isReadable: boolean;
}

/** Far above any voice with all of its features and recordings. */
export const ARCHIVE_LIMITS = {
  entries: 50_000,
  bytes: 2 ** 35,
  /** Bytes unpacked for each byte of the archive. Features and models hardly get smaller; a bomb is above 1,000. */
  ratio: 100,
  /** Below it the ratio says nothing: a log of zeros harms nobody. */
  harmlessBytes: 2 ** 28,
  depth: 16,
} as const;

/** What systems leave in archives, and nobody packs. */
const LEFT_BEHIND = /(^|\/)(__MACOSX\/|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$)/i;

/** The files that are unpacked. */
export function wanted<T extends Pick<Packed, 'name'>>(entries: readonly T[]): readonly T[] {
  return entries.filter(({ name }) => !name.endsWith('/') && !LEFT_BEHIND.test(name));
}

/**
 * Why an archive is not unpacked, judged by its list of contents before anything is written; null when nothing speaks
 * against it. All of it is refused for one entry: whoever packs a way out has not packed a voice.
 *
 * @param archiveBytes of the file itself: entries may share their bytes
 */
export function archiveProblem(entries: readonly Packed[], archiveBytes: number): Problem | null {
  const files = wanted(entries);
  return (
    limitProblem(files, archiveBytes) ??
    entries.map(entryProblem).find((problem) => problem !== null) ??
    placeProblem(files) ??
    (files.length === 0 ? problem('ARCHIVE_CORRUPT', 'There is no file in this archive.', {}) : null)
  );
}

function limitProblem(files: readonly Packed[], archiveBytes: number): Problem | null {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (files.length > ARCHIVE_LIMITS.entries) return tooMany();
  if (bytes > ARCHIVE_LIMITS.bytes) {
    return problem('ARCHIVE_TOO_LARGE', `Unpacked it would be ${bytes} bytes.`, { reason: 'bytes', bytes });
  }
  if (bytes > ARCHIVE_LIMITS.harmlessBytes && bytes > archiveBytes * ARCHIVE_LIMITS.ratio) {
    const times = Math.floor(bytes / archiveBytes);
    const message = `This is a bomb: unpacked it would be ${times} times as large, ${bytes} bytes.`;
    return problem('ARCHIVE_TOO_LARGE', message, { reason: 'ratio', bytes, times });
  }
  const deep = files.find(({ name }) => name.split('/').length > ARCHIVE_LIMITS.depth);
  if (deep === undefined) return null;
  const message = `"${short(deep.name)}" lies more than ${ARCHIVE_LIMITS.depth} folders deep.`;
  return problem('ARCHIVE_TOO_LARGE', message, { reason: 'depth', name: short(deep.name) });
}

/** A file and a folder of one name: no disk has both, be it that it tells them apart by case. */
function placeProblem(files: readonly Packed[]): Problem | null {
  const places = files.map(({ name }) => placeIn(name.toLowerCase()));
  const folders = new Set(
    places.flatMap((parts) => parts.slice(1).map((_, above) => parts.slice(0, above + 1).join('/'))),
  );
  const both = files.find((_, at) => folders.has(places[at]?.join('/') ?? ''));
  if (both === undefined) return null;
  const name = short(both.name);
  return problem('ARCHIVE_CORRUPT', `"${name}" is in it as a file and as a folder.`, { name });
}

/** For a list of contents that is not even read to its end. */
export function tooMany(): Problem {
  const message = `There are more than ${ARCHIVE_LIMITS.entries} files in it.`;
  return problem('ARCHIVE_TOO_LARGE', message, { reason: 'entries' });
}

function entryProblem({ name, isLink, isEncrypted, isReadable }: Packed): Problem | null {
  const shown = short(name);
  const unsafe = (reason: string, message: string): Problem =>
    problem('ARCHIVE_UNSAFE', message, { reason, name: shown });
  if (name.split('/').includes('..')) return unsafe('climbs', `"${shown}" would be written outside its folder.`);
  if (/^(\/|[A-Za-z]:)/.test(name)) return unsafe('absolute', `"${shown}" names a place of its own on the disk.`);
  if (name.includes('\0') || isNowhere(name)) return unsafe('name', `"${shown}" is not the name of a file.`);
  if (isLink) return unsafe('link', `"${shown}" is a link, which could lead anywhere.`);
  if (isEncrypted) {
    return problem('ARCHIVE_ENCRYPTED', `"${shown}" is encrypted: a password is needed.`, { name: shown });
  }
  if (isReadable) return null;
  return problem('ARCHIVE_CORRUPT', `"${shown}" is packed in a way that is not known here.`, { name: shown });
}

/** No folder, and no name of its own: `.` or nothing. */
function isNowhere(name: string): boolean {
  return !name.endsWith('/') && placeIn(name).length === 0;
}

function problem(code: Problem['code'], message: string, details: Problem['details']): Problem {
  return { code, message, details };
}

const UNREADABLE = new RegExp(`[${HIDDEN}]`, 'gu');

function short(name: string): string {
  return name.replaceAll(UNREADABLE, '?').slice(0, 200);
}
