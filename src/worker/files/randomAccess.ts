import type { Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { VoronoiceError } from '@shared/contract/errors';
import type { Walk } from '@shared/formats/faiss/walk';
import { throwIfCancelled } from '../context';
import { onFile } from './fileErrors';

/** What tells whether a file is still the one that was looked at. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * Drives a walk of `src/shared/formats` over a file on disk, read-only.
 *
 * @param start is given the file's size
 * @throws what the walk throws, `FILE_CHANGED` when the file was written to meanwhile, `FILE_NOT_FOUND`,
 *   `FILE_UNREADABLE`, `JOB_CANCELLED`
 */
export function walkFile<T>(path: string, start: (size: number) => Walk<T>, signal: AbortSignal): Promise<T> {
  return withFile(path, async (handle, state) => {
    const walk = start(state.size);
    let step = walk.next();
    while (step.done !== true) {
      throwIfCancelled(signal);
      step = walk.next(await readRange(handle, step.value.offset, step.value.length));
    }
    return step.value;
  });
}

/** Reads `length` bytes from `offset`, fewer where the file ends. */
export async function readRange(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Opens a file to read, and makes sure that it stayed the same until `action` was done with it. */
export function withFile<T>(path: string, action: (handle: FileHandle, state: Stats) => Promise<T>): Promise<T> {
  return onFile(path, 'read', async () => {
    const handle = await open(path, 'r');
    try {
      const before = await handle.stat();
      if (!before.isFile()) throw new VoronoiceError('FILE_UNREADABLE', `"${path}" is not a file.`, { path });
      // A result or an error drawn from a file that changed underneath means nothing.
      const outcome = await action(handle, before).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      requireUnchanged(path, before, await handle.stat());
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    } finally {
      await handle.close();
    }
  });
}

/** Fails with `FILE_CHANGED` when size or time of change differ. */
export function requireUnchanged(path: string, before: FileState, after: FileState): void {
  if (before.size === after.size && before.mtimeMs === after.mtimeMs) return;
  throw new VoronoiceError('FILE_CHANGED', `"${path}" changed while it was being read.`, { path });
}
