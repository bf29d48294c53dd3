import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  chmod,
  chown,
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  symlink,
  unlink,
} from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VoronoiceError } from '@shared/contract/errors';
import { MARK_VARIABLE } from '@shared/contract/work';
import type { Patch } from '@shared/formats/faiss/patchNprobe';
import { errnoOf, fileError, isAbsence, onFile, toFileError } from '@shared/contract/systemErrors';

const WINDOWS = process.platform === 'win32';

/** On Windows a virus scanner or the search indexer may hold a new file open for a moment. */
const RETRY_MS = 2_000;
const RETRIED = new Set(['EPERM', 'EACCES', 'EBUSY']);

/** Also of two places that look like one disk and are two, such as layers of a container. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/** Who started this process knows its mark, and removes what bears it when this process cannot. */
const MARK = process.env[MARK_VARIABLE] ?? randomBytes(6).toString('hex');

let counter = 0;

/** A name for a file under construction: beside its target, so that the final rename stays on one disk. */
export function temporaryName(target: string): string {
  counter += 1;
  return `${target}.voronoice-${MARK}-${counter}.tmp`;
}

/**
 * Files that appear together or not at all.
 *
 * Every step that changes the disk is remembered with what takes it back. When `work` throws, all of them are taken
 * back, the last one first: temporary files vanish, moved files return, folders that were made for the occasion go.
 * A process that is killed leaves at most files named by {@link temporaryName}.
 */
export async function transaction<T>(work: (files: FileTransaction) => Promise<T>): Promise<T> {
  const files = new FileTransaction();
  try {
    return await work(files);
  } catch (error) {
    await files.undo();
    throw error;
  }
}

export class FileTransaction {
  readonly #undoing: (() => Promise<void>)[] = [];

  /** Makes a folder and those above it, as far as they are missing. */
  async folder(path: string): Promise<void> {
    const missing = await missingFolders(path);
    for (const folder of missing) {
      await onFile(folder, 'write', async () => {
        try {
          await mkdir(folder);
        } catch (error) {
          if (errnoOf(error) === 'EEXIST') return;
          throw error;
        }
        this.#undoing.push(() => rmdir(folder));
      });
    }
    if (!(await onFile(path, 'write', () => stat(path))).isDirectory()) {
      throw new VoronoiceError('NOT_A_FOLDER', `"${path}" is a file, not a folder.`, { path });
    }
    await onFile(path, 'write', () => access(path, constants.W_OK));
  }

  /**
   * Lets `write` fill a temporary file (or folder, whose files it brings to the disk itself) beside `target` and brings
   * it safely to the disk. It gets its real name by {@link move}.
   *
   * @param of What it is made of: nobody who may not read that may read this.
   * @returns the temporary path
   */
  async stage(
    target: string,
    write: (temporary: string) => Promise<void>,
    of: readonly string[] = [],
  ): Promise<string> {
    const temporary = temporaryName(target);
    this.#undoing.push(() => rm(temporary, { force: true, recursive: true }));
    await onFile(target, 'write', async () => {
      await write(temporary);
      for (const source of of) await narrow(temporary, source, OWNER);
      await synchronize(temporary);
    });
    return temporary;
  }

  /** Gives a file or folder another name. What has that name already stays as it is: `FILE_EXISTS`. */
  async move(from: string, to: string): Promise<void> {
    await onFile(to, 'write', () => moveWithoutOverwriting(from, to));
    this.#undoing.push(() => moveWithoutOverwriting(to, from));
    await onFile(to, 'write', () => synchronizeFolder(dirname(to)));
  }

  /** Lets a link lead elsewhere. */
  async relink(path: string, to: string): Promise<void> {
    const before = await onFile(path, 'read', () => readlink(path));
    await onFile(path, 'write', () => this.#lead(path, to));
    this.#undoing.push(() => this.#lead(path, before));
    await onFile(path, 'write', () => synchronizeFolder(dirname(path)));
  }

  async #lead(path: string, to: string): Promise<void> {
    const temporary = temporaryName(path);
    this.#undoing.push(() => rm(temporary, { force: true }));
    await symlink(to, temporary);
    await rename(temporary, path);
  }

  /** Takes one of its names from a file that has two. */
  async unname(path: string, other: string): Promise<void> {
    await onFile(path, 'write', () => unlink(path));
    this.#undoing.push(() => link(other, path));
    await onFile(path, 'write', () => synchronizeFolder(dirname(path)));
  }

  /**
   * Lets a finished file take the name of another, which stays as `backup`. At every moment, also when the process is
   * killed, the name belongs to one of the two. It belongs to whom the other belonged, and nobody else may read it.
   */
  async replace(from: string, to: string, backup: string): Promise<void> {
    await onFile(to, 'write', () => this.#takeRights(from, to));
    if (!(await this.#secondName(to, backup))) {
      await this.move(to, backup);
      await this.move(from, to);
      return;
    }
    await onFile(to, 'write', () => retry(() => rename(from, to)));
    this.#undoing.push(async () => {
      await link(to, from);
      await rename(backup, to);
    });
    await onFile(to, 'write', () => synchronizeFolder(dirname(to)));
  }

  /**
   * Overwrites some bytes of a file where it is, so that they change under each of its names.
   *
   * @param modified its time afterwards, in milliseconds: for bytes that are again what they were then
   */
  async patch(path: string, { offset, bytes }: Patch, modified: number | null = null): Promise<void> {
    await onFile(path, 'write', async () => {
      const handle = await open(path, 'r+');
      try {
        const before = new Uint8Array(bytes.length);
        const { mtimeMs } = await handle.stat();
        await handle.read(before, 0, before.length, offset);
        // Known before the first byte is touched: a writing that fails may have come as far as that.
        this.#undoing.push(() => overwrite(path, { offset, bytes: before }, mtimeMs));
        await fill(handle, { offset, bytes }, modified);
      } finally {
        await handle.close();
      }
    });
  }

  async #takeRights(from: string, to: string): Promise<void> {
    const [own, other] = [await lstat(from), await stat(to).catch(nullIfAbsent)];
    // What leads nowhere has no rights, and those of a file of several names are not ours to change.
    if (WINDOWS || !own.isFile() || own.nlink > 1 || other === null) return;
    this.#undoing.push(async () => {
      await chown(from, own.uid, own.gid);
      await chmod(from, own.mode & RIGHTS);
    });
    await narrow(from, to);
    if (own.uid === other.uid && own.gid === other.gid) return;
    // Only the system's own user may give a file away. Who cannot at least leaves out another group.
    await chown(from, other.uid, other.gid).catch(async () => {
      if (own.gid !== other.gid) await chmod(from, (await lstat(from)).mode & RIGHTS & ~GROUP);
    });
  }

  /** Gives a file a second name; false where the file system has no such thing, or where it is a link itself. */
  async #secondName(path: string, name: string): Promise<boolean> {
    if (!(await onFile(path, 'read', () => lstat(path))).isFile()) return false;
    try {
      await onFile(name, 'write', () => link(path, name));
    } catch {
      // Each system refuses a second name in a way of its own; what is wrong with the disk meets the next way, too.
      return false;
    }
    this.#undoing.push(() => rm(name, { force: true }));
    return true;
  }

  /** Takes back everything, the last step first; a step that cannot be taken back does not keep the others from it. */
  async undo(): Promise<void> {
    for (let step = this.#undoing.pop(); step !== undefined; step = this.#undoing.pop()) {
      await step().catch(() => undefined);
    }
  }
}

async function overwrite(path: string, patch: Patch, modified: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await fill(handle, patch, modified);
  } finally {
    await handle.close();
  }
}

async function fill(handle: FileHandle, { offset, bytes }: Patch, modified: number | null): Promise<void> {
  await handle.write(bytes, 0, bytes.length, offset);
  // As text: Node takes a number below 0, a time before 1970, for none.
  if (modified !== null) await handle.utimes((await handle.stat()).atime, String(modified / 1_000));
  await handle.sync();
}

/** Fails with `DISK_FULL` when the disk that holds `folder` has less than `bytes` left. */
export async function requireFreeSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await onFile(folder, 'write', () => statfs(folder));
  const free = bavail * bsize;
  if (free < bytes) {
    throw new VoronoiceError('DISK_FULL', `"${folder}" needs ${bytes} bytes, but its disk has ${free} left.`, {
      path: folder,
      needed: bytes,
      free,
    });
  }
}

/** Fails with `FILE_EXISTS` when something (even a broken link) has this name. */
export async function requireAbsent(path: string): Promise<void> {
  if (await nameTaken(path)) throw fileError('EEXIST', path, 'write');
}

function nullIfAbsent(error: unknown): null {
  if (isAbsence(error)) return null;
  throw error;
}

export async function nameTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw toFileError(error, path, 'write');
  }
}

/** Whether two paths are one name where they lie: most disks of Windows and of a Mac do not tell names apart by case. */
export async function isOneName(one: string, other: string): Promise<boolean> {
  if (one === other) return true;
  if (one.toLowerCase() !== other.toLowerCase()) return false;
  const [first, second] = await Promise.all(
    [one, other].map((path) => onFile(path, 'write', () => lstat(path, { bigint: true }).catch(nullIfAbsent))),
  );
  if (first == null || second == null || first.ino !== second.ino || first.dev !== second.dev) return false;
  if (basename(one) === basename(other)) return isOneName(dirname(one), dirname(other));
  // Elsewhere a file may have both of the names.
  const names = await readdir(dirname(one));
  return !names.includes(basename(one)) || !names.includes(basename(other));
}

/** The missing ones among a folder and those above it, outermost first. */
async function missingFolders(path: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let folder = path; !(await nameTaken(folder)); folder = dirname(folder)) missing.unshift(folder);
  return missing;
}

async function moveWithoutOverwriting(from: string, to: string): Promise<void> {
  if (from !== to && (await isOneName(from, to))) {
    await retry(() => rename(from, to));
    return;
  }
  // A second name for a link would be one for what it leads to, on a Mac.
  const isFile = (await lstat(from)).isFile();
  if (!WINDOWS && isFile) {
    try {
      // Unlike rename, link refuses a name that is taken, in one step.
      await link(from, to);
    } catch (error) {
      // FAT, exFAT and some network drives have no hard links.
      if (!NO_LINKS.has(errnoOf(error) ?? '')) throw error;
      await renameIfAbsent(from, to);
      return;
    }
    await unlink(from).catch(async (error: unknown) => {
      await unlink(to);
      throw error;
    });
    return;
  }
  await renameIfAbsent(from, to);
}

async function renameIfAbsent(from: string, to: string): Promise<void> {
  await requireAbsent(to);
  await retry(() => rename(from, to));
}

async function retry(action: () => Promise<void>): Promise<void> {
  const end = performance.now() + RETRY_MS;
  for (let pause = 20; ; pause *= 2) {
    try {
      await action();
      return;
    } catch (error) {
      if (!WINDOWS || !RETRIED.has(errnoOf(error) ?? '') || performance.now() + pause > end) throw error;
      await delay(pause);
    }
  }
}

/** Who may read, write and enter, and of that what is the owner's and the group's. */
const RIGHTS = 0o777;
const OWNER = 0o700;
const GROUP = 0o070;

/**
 * Takes from a file or folder the rights that another file does not give.
 *
 * @param kept stay: what is made of a file that nobody may write to is still its owner's to write
 */
async function narrow(path: string, source: string, kept = 0): Promise<void> {
  if (WINDOWS) return;
  const [own, other] = [await lstat(path), await stat(source)];
  if (own.isSymbolicLink()) return;
  const given = own.isDirectory() ? other.mode | ((other.mode & 0o444) >> 2) : other.mode;
  const rights = own.mode & (given | kept) & RIGHTS;
  if (rights !== (own.mode & RIGHTS)) await chmod(path, rights);
}

/** Brings a file safely to the disk; of a folder, nothing, nor of a link, which is one more name of what is there already. */
export async function synchronize(path: string): Promise<void> {
  const found = await lstat(path);
  if (!found.isFile() || found.nlink > 1) return;
  // Windows flushes only through a handle that may write.
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the new names in a folder survive a power cut; Windows does that by itself. */
async function synchronizeFolder(folder: string): Promise<void> {
  if (WINDOWS) return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems do not know this; the file itself is safe.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}
