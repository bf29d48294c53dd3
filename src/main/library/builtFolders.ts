import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { VoronoiceError } from '@shared/contract/errors';
import { filePath } from '@shared/contract/primitives';
import type { Memory } from './memory';

const KEY = 'built.folders';
const MOST = 100;
const Known = v.object({ current: v.nullable(filePath), former: v.array(filePath) });

/** A folder of the app's own in the one that a person chose, so that nothing else is ever taken for its work. */
const OWN = 'Voronoice indexes';

/**
 * Where the indexes that are built lie, `<folder>/<voice id>/<job id>/`. Another folder is for what is built from then on:
 * what is there already stays where it is, and is found there.
 */
export class BuiltFolders {
  readonly #memory: Pick<Memory, 'get' | 'set'>;
  readonly #usual: string;

  /** @param usual the folder in the app's own, real */
  constructor(memory: Pick<Memory, 'get' | 'set'>, usual: string) {
    this.#memory = memory;
    this.#usual = usual;
  }

  /** The one that is built into. */
  get current(): string {
    return this.#known().current ?? this.#usual;
  }

  /** Whether a person has chosen it. */
  get isChosen(): boolean {
    return this.#known().current !== null;
  }

  /** Every one that may hold an index, the usual one first. */
  all(): string[] {
    const { current, former } = this.#known();
    return [...new Set([this.#usual, ...former, ...(current === null ? [] : [current])])];
  }

  /**
   * Builds into a folder of its own below the chosen one from now on; null: into the usual one.
   *
   * @throws `FOLDER_READ_ONLY`
   */
  async choose(chosen: string | null): Promise<void> {
    const current = chosen === null ? null : await madeIn(chosen);
    const former = this.all().filter((folder) => folder !== this.#usual && folder !== current);
    this.#memory.set(KEY, { current, former: former.slice(-MOST) });
  }

  #known(): v.InferOutput<typeof Known> {
    return this.#memory.get(KEY, Known) ?? { current: null, former: [] };
  }
}

async function madeIn(chosen: string): Promise<string> {
  const folder = join(chosen, OWN);
  try {
    await mkdir(folder, { recursive: true });
    return await realpath(folder);
  } catch (error) {
    throw new VoronoiceError('FOLDER_READ_ONLY', `"${chosen}" cannot be written.`, { path: chosen }, { cause: error });
  }
}
