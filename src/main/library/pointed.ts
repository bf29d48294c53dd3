import * as v from 'valibot';
import { VoronoiceError } from '@shared/contract/errors';
import { filePath, opaqueId } from '@shared/contract/primitives';
import type { Library } from './library';
import type { Memory } from './memory';

const KEY = 'sound.pointed';
const Folders = v.record(opaqueId, filePath);
type Folders = Readonly<v.InferOutput<typeof Folders>>;

/** Folders with the recordings of voices, where a person had to point to them. */
export class PointedFolders {
  readonly #memory: Pick<Memory, 'get' | 'set'>;

  constructor(memory: Pick<Memory, 'get' | 'set'>) {
    this.#memory = memory;
  }

  /** By the id of the voice. */
  all(): Folders {
    return this.#memory.get(KEY, Folders) ?? {};
  }

  of(voice: string): string | null {
    return this.all()[voice] ?? null;
  }

  /**
   * Looks at the voice again with this folder, and keeps it when it holds recordings of this voice.
   *
   * @throws `NO_SLICES` otherwise, `FILE_NOT_FOUND` when there is no such voice
   */
  async point(id: string, folder: string, library: Pick<Library, 'voice' | 'refresh'>): Promise<void> {
    const { path, name } = library.voice(id);
    const before = this.all();
    this.#memory.set(KEY, { ...before, [id]: folder });
    await library.refresh(path);
    if (library.voice(id).sound?.folder === 'pointed') return;
    this.#memory.set(KEY, before);
    await library.refresh(path);
    throw new VoronoiceError('NO_SLICES', `"${folder}" holds no recording of "${name}".`, { folder, name });
  }
}
