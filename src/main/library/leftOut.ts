import * as v from 'valibot';
import { opaqueId } from '@shared/contract/primitives';
import { LeftOutFiles } from '@shared/contract/voices';
import type { LeftOut } from '@shared/contract/work';
import type { Library } from './library';
import type { Memory } from './memory';

const KEY = 'files.leftOut';
const Known = v.record(opaqueId, LeftOutFiles);

/** Files of features that a person has left out of voices. Nothing in the voice's own folder changes. */
export class LeftOutStore {
  readonly #memory: Pick<Memory, 'get' | 'set'>;

  constructor(memory: Pick<Memory, 'get' | 'set'>) {
    this.#memory = memory;
  }

  /** By the id of the voice. */
  all(): LeftOut['voices'] {
    return this.#memory.get(KEY, Known) ?? {};
  }

  /**
   * Leaves files out of a voice, beside those that are, and looks at it again.
   *
   * @throws `FILE_NOT_FOUND` when there is no such voice
   */
  async leaveOut(id: string, files: LeftOutFiles, library: Pick<Library, 'voice' | 'refresh'>): Promise<void> {
    await this.#set(id, (before) => [...new Set([...before, ...files])], library);
  }

  /**
   * Uses all files of a voice again, and looks at it again.
   *
   * @throws `FILE_NOT_FOUND` when there is no such voice
   */
  async useAgain(id: string, library: Pick<Library, 'voice' | 'refresh'>): Promise<void> {
    await this.#set(id, () => [], library);
  }

  async #set(
    id: string,
    change: (before: LeftOutFiles) => LeftOutFiles,
    library: Pick<Library, 'voice' | 'refresh'>,
  ): Promise<void> {
    // An id that is no voice's may be the name of what every object has.
    const { path } = library.voice(id);
    const { [id]: before = [], ...others } = this.all();
    const files = change(before);
    this.#memory.set(KEY, files.length === 0 ? others : { ...others, [id]: files });
    await library.refresh(path);
  }
}
