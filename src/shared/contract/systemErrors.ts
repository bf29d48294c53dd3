import { type ErrorCode, type ErrorDetails, VoronoiceError } from '@shared/contract/errors';

/** What was being done when the system refused. */
export type Purpose = 'read' | 'write';

interface SystemError extends Error {
  readonly code: string;
}

export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code);
}

/** The system's name of an error, e.g. `ENOENT`, or null when it is not one of the system's. */
export function errnoOf(error: unknown): string | null {
  return isSystemError(error) ? error.code : null;
}

/** What the system says of a name that nothing has. */
const ABSENT: ReadonlySet<string | null> = new Set(['ENOENT', 'ENOTDIR']);

/** Whether nothing is there. A disk that fails says neither: who took that for an absence would forget what is there. */
export function isAbsence(error: unknown): boolean {
  return ABSENT.has(errnoOf(error));
}

/**
 * Turns a refusal of the system into one of ours.
 *
 * @param errno the system's name, e.g. `ENOSPC`
 * @param path the file or folder it is about
 */
export function fileError(errno: string, path: string, purpose: Purpose, cause?: unknown): VoronoiceError {
  const [code, message] = describe(errno, path, purpose);
  const details: ErrorDetails = { path, errno };
  return new VoronoiceError(code, message, details, cause === undefined ? undefined : { cause });
}

/** The same for anything thrown; what the system did not throw passes unchanged. */
export function toFileError(error: unknown, path: string, purpose: Purpose): unknown {
  const errno = errnoOf(error);
  return errno === null ? error : fileError(errno, path, purpose, error);
}

/** The same where only the error knows which file it is about. */
export function toSystemError(error: unknown, purpose: Purpose): unknown {
  const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : '';
  return toFileError(error, path, purpose);
}

/** Runs `action`; a refusal of the system becomes one of ours. */
export async function onFile<T>(path: string, purpose: Purpose, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw toFileError(error, path, purpose);
  }
}

function describe(errno: string, path: string, purpose: Purpose): [ErrorCode, string] {
  switch (errno) {
    case 'ENOSPC':
    case 'EDQUOT':
      return ['DISK_FULL', `There is no space left on the disk for "${path}".`];
    case 'EFBIG':
      return ['FILE_TOO_LARGE', `The disk takes no file as large as "${path}" would be.`];
    case 'EIO':
    case 'EREMOTEIO':
    case 'ENXIO':
    case 'ENODEV':
    case 'ESTALE':
    case 'ETIMEDOUT':
      return ['DISK_FAILED', `The disk of "${path}" answers with an error (${errno}).`];
    case 'ENOMEM':
      return ['OUT_OF_MEMORY', `The system has no memory left for "${path}".`];
    case 'EMFILE':
    case 'ENFILE':
      return ['TOO_MANY_FILES', `The system opens no further file: "${path}" is one too many (${errno}).`];
    case 'EEXIST':
      return ['FILE_EXISTS', `"${path}" exists already, and nothing is ever overwritten.`];
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return purpose === 'write'
        ? ['FOLDER_READ_ONLY', `Voronoice may not write "${path}".`]
        : ['FILE_UNREADABLE', `Voronoice may not read "${path}".`];
    case 'EBUSY':
    case 'ETXTBSY':
      return ['FILE_BUSY', `Another program is using "${path}".`];
    case 'ENOENT':
      return purpose === 'write'
        ? ['FOLDER_VANISHED', `The folder of "${path}" is not there any more.`]
        : ['FILE_NOT_FOUND', `There is no "${path}".`];
    case 'ELOOP':
      return purpose === 'write'
        ? ['FOLDER_VANISHED', `The links of "${path}" lead in a circle.`]
        : ['FILE_UNREADABLE', `The links of "${path}" lead in a circle.`];
    case 'ENOTDIR':
      return purpose === 'write'
        ? ['NOT_A_FOLDER', `A part of "${path}" is a file, not a folder.`]
        : ['FILE_UNREADABLE', `"${path}" cannot be opened as a folder: a file has that place.`];
    case 'ENAMETOOLONG':
    case 'EINVAL':
      return purpose === 'write'
        ? ['NAME_INVALID', `The system does not accept the name "${path}".`]
        : ['FILE_UNREADABLE', `The system does not accept the name "${path}".`];
    default:
      return purpose === 'write'
        ? ['DISK_FAILED', `"${path}" cannot be written (${errno}).`]
        : ['FILE_UNREADABLE', `"${path}" cannot be read (${errno}).`];
  }
}
