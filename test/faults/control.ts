import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { CONTROL_VARIABLE } from './shim';

/** Kinds of calls, as in `shim.c`. */
const KIND = { open: 1, create: 2, read: 4, write: 8, sync: 16, name: 32, look: 64, rights: 128 } as const;
const ALL = Object.values(KIND).reduce((sum, kind) => sum + kind, 0);

/** How the system can refuse: its name, its number on Linux, the calls that may get it, and whether it goes on. */
export interface Refusal {
  readonly name: string;
  readonly number: number;
  readonly kinds: number;
  readonly lasting: boolean;
}

const once = (name: string, number: number, kinds: number): Refusal => ({ name, number, kinds, lasting: false });
const NAMING = KIND.create | KIND.name;

export const REFUSALS: readonly Refusal[] = [
  once('EIO', 5, ALL),
  once('ENOSPC', 28, NAMING | KIND.write | KIND.sync),
  once('EPERM', 1, NAMING | KIND.open | KIND.rights),
  once('EBUSY', 16, NAMING | KIND.open),
  once('EXDEV', 18, KIND.name),
  once('EMFILE', 24, KIND.open | KIND.create),
  // A disk that is full stays full; what is there can still be renamed and removed.
  { name: 'ENOSPC from then on', number: 28, kinds: KIND.create | KIND.write | KIND.sync, lasting: true },
];

const PAGE = 4_096;
const BELOW = 32;

/** What a disk may be like. */
export interface Disk {
  /** It knows no second names for files and no links, like FAT. */
  readonly linkless?: boolean;
  /** It does not tell names apart by case, like the disks of Windows and of a Mac. */
  readonly folding?: boolean;
}

/** Runs `work` as if `folder` lay on such a disk. */
export async function onDisk<T>(folder: string, disk: Disk, work: () => Promise<T>): Promise<T> {
  const none = { number: 0, kinds: 0, lasting: false, ...disk };
  return (await refusing(folder, none, 0, work)).value;
}

/** Runs `work` while the call `at` of those below `folder` is refused. @returns what came of it, and how many calls there were */
export async function refusing<T>(
  folder: string,
  { number, kinds, lasting, linkless = false, folding = false }: Pick<Refusal, 'number' | 'kinds' | 'lasting'> & Disk,
  at: number,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly calls: number }> {
  const page = Buffer.alloc(PAGE);
  [1, at, number, Number(lasting), kinds, 0, Number(linkless), Number(folding)].forEach((value, position) =>
    page.writeInt32LE(value, 4 * position),
  );
  page.write(folder, BELOW);
  // Armed last.
  share(page.subarray(4), 4);
  share(page.subarray(0, 4), 0);
  try {
    const value = await work();
    return { value, calls: readCount() };
  } finally {
    share(Buffer.alloc(4), 0);
  }
}

function share(bytes: Uint8Array, position: number): void {
  withPage('r+', (file) => writeSync(file, bytes, 0, bytes.length, position));
}

function readCount(): number {
  const count = Buffer.alloc(4);
  withPage('r', (file) => readSync(file, count, 0, 4, 20));
  return count.readInt32LE();
}

function withPage(flags: string, use: (file: number) => void): void {
  const file = openSync(process.env[CONTROL_VARIABLE] ?? '', flags);
  try {
    use(file);
  } finally {
    closeSync(file);
  }
}
