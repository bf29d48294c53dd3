import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { VoronoiceError } from '@shared/contract/errors';
import type { Walk } from '@shared/formats/walk';
import { throwIfCancelled } from '../context';
import { onFile } from '@shared/contract/systemErrors';

/** What tells whether a file is still the one that was looked at. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
}

/** What tells one state of one file from every other: a swapped, replaced or rewritten file differs in one of these. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/**
 * Drives a walk of `src/shared/formats` over a file on disk, read-only.
 *
 * @param start is given the file's size
 * @throws what the walk throws, `FILE_CHANGED` when the file was written to meanwhile, `FILE_NOT_FOUND`,
 *   `FILE_UNREADABLE`, `JOB_CANCELLED`
 */
export function walkFile<T>(path: string, start: (size: number) => Walk<T>, signal: AbortSignal): Promise<T> {
  return withFile(path, (handle, identity) => walkHandle(handle, identity, start, signal));
}

/** The same over a file that is open already. */
export async function walkHandle<T>(
  handle: FileHandle,
  { size }: FileIdentity,
  start: (size: number) => Walk<T>,
  signal: AbortSignal,
): Promise<T> {
  const walk = start(Number(size));
  let step = walk.next();
  while (step.done !== true) {
    throwIfCancelled(signal);
    step = walk.next(await readRange(handle, step.value.offset, step.value.length));
  }
  return step.value;
}

/** Reads `length` bytes from `offset`, fewer where the file ends. */
export async function readRange(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/**
 * Opens a regular file to read, and makes sure that it stayed the same until `action` was done with it. A pipe is not
 * waited for, and a device that never ends is not read.
 *
 * @throws `FILE_NOT_REGULAR`, `FILE_CHANGED`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`, what `action` throws
 */
export function withFile<T>(
  path: string,
  action: (handle: FileHandle, identity: FileIdentity) => Promise<T>,
): Promise<T> {
  return withOpenFile(path, async (handle, before) => {
    // A result or an error drawn from a file that changed underneath means nothing.
    const outcome = await action(handle, before).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const after = await handle.stat({ bigint: true });
    if (before.size !== after.size || before.mtimeNs !== after.mtimeNs) throw changed(path);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  });
}

/** The same for a file that its program may be writing to, as a log. */
export function withOpenFile<T>(
  path: string,
  action: (handle: FileHandle, identity: FileIdentity) => Promise<T>,
): Promise<T> {
  return onFile(path, 'read', async () => {
    const handle = await open(path, READ_WITHOUT_WAITING);
    try {
      const identity = await handle.stat({ bigint: true });
      if (!identity.isFile()) throw notRegular(path);
      return await action(handle, identity);
    } finally {
      await handle.close();
    }
  });
}

/**
 * The whole of a small file.
 *
 * @param most Bytes; a longer one is refused unread.
 * @throws `FILE_NOT_REGULAR`, `FILE_CHANGED`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export function readSmallFile(path: string, most: number): Promise<Buffer> {
  return withFile(path, async (handle, { size }) => {
    if (size > most) {
      throw new VoronoiceError('FILE_UNREADABLE', `"${path}" is longer than ${most} bytes.`, { path, most });
    }
    return readRange(handle, 0, Number(size));
  });
}

/**
 * The bytes of a file from its beginning to its end, for pipelines.
 *
 * @throws as {@link withFile}
 */
export function streamFile(path: string, action: (bytes: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> {
  return withFile(path, (handle, { size }) => action(chunksOf(path, handle, Number(size))));
}

const CHUNK_BYTES = 1 << 20;

async function* chunksOf(path: string, handle: FileHandle, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    yield await onFile(path, 'read', () => readRange(handle, at, Math.min(CHUNK_BYTES, size - at)));
  }
}

/** Opening a named pipe would otherwise wait for someone to write into it; Windows has no such flag and no such pipes. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | ((constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0);

/** Fails with `FILE_CHANGED` when `path` leads to another file by now, or to another state of the same. */
export async function requireSameFile(path: string, identity: FileIdentity): Promise<void> {
  const now = await onFile(path, 'read', () => stat(path, { bigint: true }));
  const same =
    now.dev === identity.dev &&
    now.ino === identity.ino &&
    now.size === identity.size &&
    now.mtimeNs === identity.mtimeNs &&
    now.ctimeNs === identity.ctimeNs;
  if (!same) throw changed(path);
}

/** Fails with `FILE_CHANGED` when size or time of change differ. */
export function requireUnchanged(path: string, before: FileState, after: FileState): void {
  if (before.size === after.size && before.mtimeMs === after.mtimeMs) return;
  throw changed(path);
}

function changed(path: string): VoronoiceError {
  return new VoronoiceError('FILE_CHANGED', `"${path}" changed while it was being read.`, { path });
}

function notRegular(path: string): VoronoiceError {
  return new VoronoiceError('FILE_NOT_REGULAR', `"${path}" is a folder, a pipe or a device, not a file.`, { path });
}
