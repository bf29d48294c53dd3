import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cancelled } from '../context';
import { onFile } from '@shared/contract/systemErrors';
import { streamFile } from './randomAccess';

/**
 * Copies a file's bytes into a new file, which must not exist: its owner may write to it, and nobody may read it who may not
 * read the other.
 *
 * @param onBytes Called with the bytes of each piece that passes.
 * @throws `JOB_CANCELLED`, `FILE_…`, `DISK_FULL`, `FOLDER_READ_ONLY`
 */
export async function copyFile(
  from: string,
  to: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
  try {
    const mode = (await onFile(from, 'read', () => stat(from))).mode | 0o200;
    await streamFile(from, (bytes) =>
      onFile(to, 'write', () => pipeline(bytes, counter, createWriteStream(to, { flags: 'wx', mode }), { signal })),
    );
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  }
}
