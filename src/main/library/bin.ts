import { mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { VoronoiceError } from '@shared/contract/errors';
import { filePath, opaqueId } from '@shared/contract/primitives';
import { errnoOf, fileError } from '@shared/contract/systemErrors';
import { isThere } from '../system/onDisk';
import type { Memory } from './memory';
import { moveToTrash, type Trash } from './trash';

const KEY = 'bin';
/** Beside what was deleted: on the same disk, and looked for by nobody. */
const FOLDER = '.voronoice-deleted';

const Item = v.object({ id: opaqueId, folder: filePath, names: v.array(v.string()) });
type Item = Readonly<v.InferOutput<typeof Item>>;
const Items = v.array(Item);

export interface BinOptions {
  readonly memory: Pick<Memory, 'get' | 'set'>;
  readonly trash: Trash;
  readonly createId: () => string;
}

/**
 * What a person deleted and may still want back. The system's trash gives nothing back to a program, so files first move
 * into a folder beside where they were, and go to the trash when the app starts the next time, or when a person says so.
 */
export class Bin {
  readonly #options: BinOptions;

  constructor(options: BinOptions) {
    this.#options = options;
  }

  /** The files that wait, where they lie now. */
  files(): readonly string[] {
    return this.#items().flatMap((item) => item.names.map((name) => join(placeOf(item), name)));
  }

  /**
   * Takes an index away, with what lies beside it and is its own. In a folder with no other index that is everything.
   *
   * @returns what {@link putBack} takes
   * @throws FILE_NOT_FOUND, FILE_BUSY
   */
  async put(index: string): Promise<string> {
    const [folder, name] = [dirname(index), basename(index)];
    const entries = (await readdir(folder, { withFileTypes: true }).catch((error: unknown) => refuse(error, folder)))
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name);
    if (!entries.includes(name)) throw new VoronoiceError('FILE_NOT_FOUND', `There is no "${index}".`, { path: index });
    const isAlone = entries.every((other) => other === name || !/\.index$/i.test(other));
    const names = entries.filter((other) => isAlone || other === name || other.startsWith(`${name}.`));
    const item: Item = { id: this.#options.createId(), folder, names };
    // Remembered first: whatever is cut short, nothing is left where nobody knows of it.
    this.#remember([...this.#items(), item]);
    await mkdir(placeOf(item), { recursive: true }).catch((error: unknown) => refuse(error, folder));
    try {
      for (const own of names) await move(join(folder, own), join(placeOf(item), own));
    } catch (error) {
      await this.putBack(item.id);
      throw error;
    }
    return item.id;
  }

  /**
   * Puts everything back where it was.
   *
   * @returns the folder
   * @throws BAD_REQUEST when it is in the trash by now, FILE_EXISTS, FILE_BUSY
   */
  async putBack(id: string): Promise<string> {
    const item = this.#items().find((known) => known.id === id);
    if (item === undefined) throw new VoronoiceError('BAD_REQUEST', 'This is not waiting to be deleted any more.');
    for (const name of item.names) await moveBack(item, name);
    await this.#forget(item);
    return item.folder;
  }

  /** Puts back everything that was deleted. @returns the folders */
  async putAllBack(): Promise<readonly string[]> {
    const folders: string[] = [];
    for (const { id } of this.#items()) folders.push(await this.putBack(id));
    return folders;
  }

  /**
   * Moves everything to the system's trash, from the place where it was: the system puts it back there when it is asked to.
   *
   * @throws NO_TRASH; what was not moved still waits
   */
  async empty(): Promise<void> {
    for (const item of this.#items()) {
      for (const name of item.names) {
        await moveBack(item, name);
        const path = join(item.folder, name);
        if (!(await isThere(path))) continue;
        try {
          await moveToTrash(path, this.#options.trash);
        } catch (error) {
          await mkdir(placeOf(item), { recursive: true });
          await move(path, join(placeOf(item), name));
          throw error;
        }
      }
      await this.#forget(item);
    }
  }

  async #forget(item: Item): Promise<void> {
    this.#remember(this.#items().filter(({ id }) => id !== item.id));
    // Fails where something is left in it, which then stays.
    for (const folder of [placeOf(item), dirname(placeOf(item)), item.folder])
      await rmdir(folder).catch(() => undefined);
  }

  #items(): readonly Item[] {
    return this.#options.memory.get(KEY, Items) ?? [];
  }

  #remember(items: readonly Item[]): void {
    this.#options.memory.set(KEY, items);
  }
}

function placeOf({ id, folder }: Item): string {
  return join(folder, FOLDER, id);
}

/** What never came as far as the bin is where it was. */
async function moveBack(item: Item, name: string): Promise<void> {
  const [from, to] = [join(placeOf(item), name), join(item.folder, name)];
  if (!(await isThere(from))) return;
  if (await isThere(to)) throw new VoronoiceError('FILE_EXISTS', `"${to}" exists already.`, { path: to });
  await move(from, to);
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => refuse(error, from));
}

/** Within a folder of the app's own, what keeps a file from being moved is a program that has it open, or the disk. */
const HELD: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY']);

function refuse(error: unknown, path: string): never {
  const errno = errnoOf(error);
  if (errno === 'ENOENT')
    throw new VoronoiceError('FILE_NOT_FOUND', `There is no "${path}".`, { path }, { cause: error });
  if (errno !== null && !HELD.has(errno)) throw fileError(errno, path, 'write', error);
  throw new VoronoiceError('FILE_BUSY', `"${path}" cannot be moved.`, { path }, { cause: error });
}
