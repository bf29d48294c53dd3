import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cancelled } from '../context';

const CHUNK_BYTES = 1 << 20;

/**
 * Copies a file's bytes into a new file, which must not exist.
 *
 * @param onBytes Called with the bytes of each piece that passes.
 * @throws `JOB_CANCELLED`; errors of the file system as they are
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
    const source = createReadStream(from, { highWaterMark: CHUNK_BYTES });
    await pipeline(source, counter, createWriteStream(to, { flags: 'wx' }), { signal });
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  }
}
