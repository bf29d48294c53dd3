import { Marks } from '@shared/contract/sound';
import { joinMarks } from '@shared/domain/voice/marks';
import type { Memory } from './memory';

/** Frames that a person has marked to be left out, for each voice. */
export class MarkStore {
  readonly #memory: Pick<Memory, 'get' | 'set'>;

  constructor(memory: Pick<Memory, 'get' | 'set'>) {
    this.#memory = memory;
  }

  get(voice: string): Marks {
    return this.#memory.get(keyOf(voice), Marks) ?? [];
  }

  /** @returns what is kept: in order and without overlaps */
  set(voice: string, marks: Marks): Marks {
    const joined = joinMarks(marks);
    this.#memory.set(keyOf(voice), joined);
    return joined;
  }
}

function keyOf(voice: string): string {
  return `marks.${voice}`;
}
