import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { VoronoiceError } from '@shared/contract/errors';
import { count, timeOf, timestamp } from '@shared/contract/primitives';
import type { Patch } from '@shared/formats/faiss/patchNprobe';
import { throwIfCancelled } from '../context';
import { type FileIdentity, readRange, withFile } from './randomAccess';

/**
 * What takes a patch back: a few bytes as they were, instead of a copy of the whole file. It is on the disk before the
 * file is touched, so that a patch that was cut short can be taken back as well.
 */
const UndoNote = v.strictObject({
  /** Nobody else's file says so. */
  voronoice: v.literal('undo-1'),
  /** Of the patched file. */
  size: count,
  /** SHA-256 of everything around the patched bytes, hex. */
  rest: v.pipe(v.string(), v.hash(['sha256'])),
  offset: count,
  /** Of the file before it was patched, in milliseconds: who knows it by its time knows it again. */
  modified: timestamp,
  before: v.pipe(v.string(), v.hexadecimal(), v.maxLength(64)),
  after: v.pipe(v.string(), v.hexadecimal(), v.maxLength(64)),
});
type UndoNote = v.InferOutput<typeof UndoNote>;

const LARGEST = 4_096;
const PIECE_BYTES = 1 << 20;

/** What a file is around and at the place of a patch, and what it will be with it. */
export interface Surveyed {
  readonly identity: FileIdentity;
  readonly rest: string;
  readonly current: Uint8Array;
  /** SHA-256 of the whole file once it is patched, hex. */
  readonly hash: string;
}

/** Reads a file once, before a patch. @throws as `withFile`, `JOB_CANCELLED` */
export function survey(
  path: string,
  { offset, bytes }: Patch,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: (done: number, total: number) => void },
): Promise<Surveyed> {
  return withFile(path, async (handle, identity) => {
    const [rest, whole] = [createHash('sha256'), createHash('sha256')];
    const size = Number(identity.size);
    const around = async (from: number, to: number): Promise<void> => {
      for (let at = from; at < to; at += PIECE_BYTES) {
        throwIfCancelled(signal);
        progress(at, size);
        const piece = await readRange(handle, at, Math.min(PIECE_BYTES, to - at));
        rest.update(piece);
        whole.update(piece);
      }
    };
    await around(0, offset);
    const current = await readRange(handle, offset, bytes.length);
    whole.update(bytes);
    await around(offset + bytes.length, size);
    throwIfCancelled(signal);
    progress(size, size);
    return { identity, rest: rest.digest('hex'), current, hash: whole.digest('hex') };
  });
}

/** The text of the note that takes a patch back. */
export function writeNote({ offset, bytes }: Patch, { identity, rest }: Surveyed, before: Uint8Array): string {
  const note: UndoNote = {
    voronoice: 'undo-1',
    size: Number(identity.size),
    rest,
    offset,
    modified: timeOf({ mtimeMs: Number(identity.mtimeNs) / 1e6 }),
    before: Buffer.from(before).toString('hex'),
    after: Buffer.from(bytes).toString('hex'),
  };
  return `${JSON.stringify(note, null, 2)}\n`;
}

/** What a note says; null for anything else, such as a backup that is the whole file. */
export async function readNote(path: string): Promise<UndoNote | null> {
  const text = await withFile(path, async (handle, { size }) =>
    size > LARGEST ? '' : (await readRange(handle, 0, Number(size))).toString('latin1'),
  );
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), UndoNote), text);
  return parsed.success ? parsed.output : null;
}

/** The patch that a note takes back, and the one that would bring it again. */
export function patchesOf({ offset, before, after }: UndoNote): { readonly back: Patch; readonly forth: Patch } {
  const patch = (hex: string): Patch => ({ offset, bytes: Buffer.from(hex, 'hex') });
  return { back: patch(before), forth: patch(after) };
}

/**
 * Makes sure that a file is the one that was patched: the same around the patched bytes, and each of those as it was
 * before or after, since the writing may have been cut short.
 *
 * @throws `FILE_CHANGED`
 */
export function requirePatched(path: string, note: UndoNote, { identity, rest, current }: Surveyed): void {
  const { back, forth } = patchesOf(note);
  const isOurs = current.every((byte, at) => byte === back.bytes[at] || byte === forth.bytes[at]);
  if (Number(identity.size) === note.size && rest === note.rest && isOurs) return;
  throw new VoronoiceError('FILE_CHANGED', `"${path}" is not the file that was repaired any more.`, { path });
}
