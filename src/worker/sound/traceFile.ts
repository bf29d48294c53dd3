import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { count, shortText, timestamp } from '@shared/contract/primitives';
import { type Trace, TRACE_ENDING, tracedShare } from '@shared/domain/sound/trace';
import type { StepContext } from '../context';
import { temporaryName } from '../files/atomic';
import { readSmallFile } from '../files/randomAccess';

/**
 * Traces that are kept, in the app's own data and nowhere else: whoever has an index and its trace can play the voice's
 * recordings in order, which is why hosts shuffle rows. Each is named by the content of its index (docs/formats.md):
 * "VNTRACE1", u32 bytes of the table, u32 ids, the table as JSON, then an i32 row for each id (-1: not known).
 */

const MAGIC = Buffer.from('VNTRACE1', 'latin1');
const HEAD = MAGIC.length + 8;
/** A table of 20,000 files, and ten million ids. */
const LARGEST = 64 << 20;

const Table = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.strictObject({ name: shortText, rows: count, modified: timestamp, voice: v.nullable(count) })),
);

/** Where the trace of an index of this content is kept. */
export function tracePath(folder: string, hash: string): string {
  return join(folder, hash + TRACE_ENDING);
}

/** @returns null where there is none, or none that can be understood */
export async function readTrace(path: string): Promise<Trace | null> {
  try {
    return decodeTrace(await readSmallFile(path, LARGEST));
  } catch {
    // It only tells which file a frame is from; without it, frames are looked for by their values.
    return null;
  }
}

/** Keeps a trace at its path; one that knows more stays. Never rejects: what is lost is found again when it is needed. */
export async function keepTrace(path: string, trace: Trace, log: StepContext<never>['log']): Promise<void> {
  const known = await readTrace(path);
  if (known !== null && tracedShare(known.rows) > tracedShare(trace.rows)) return;
  await writeTrace(path, trace).catch((error: unknown) => log('warning', String(error)));
}

async function writeTrace(path: string, trace: Trace): Promise<void> {
  const temporary = temporaryName(path);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(encodeTrace(trace));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export function encodeTrace({ files, rows }: Trace): Buffer {
  const table = Buffer.from(JSON.stringify(files));
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32LE(table.length, 0);
  sizes.writeUInt32LE(rows.length, 4);
  return Buffer.concat([MAGIC, sizes, table, bytesOf(rows)]);
}

/** @returns null for bytes that are no trace, or not a whole one */
export function decodeTrace(bytes: Buffer): Trace | null {
  if (bytes.length < HEAD || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const start = HEAD + bytes.readUInt32LE(MAGIC.length);
  const ids = bytes.readUInt32LE(MAGIC.length + 4);
  if (bytes.length !== start + 4 * ids) return null;
  const table = v.safeParse(Table, bytes.toString('utf8', HEAD, start));
  if (!table.success) return null;
  const files = table.output;
  const rows = new Int32Array(ids);
  bytesOf(rows).set(bytes.subarray(start));
  const total = files.reduce((sum, file) => sum + file.rows, 0);
  return rows.every((row) => row >= -1 && row < total) ? { files, rows } : null;
}

/** Every machine that the engine is built for is little-endian. */
function bytesOf(rows: Int32Array): Buffer {
  return Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
}
