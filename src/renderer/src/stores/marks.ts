import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { Mark } from '@shared/contract/sound';
import type { Passage } from './player';

/** What a person has decided by ear: what is left out of a voice, and what was heard. */
export const useMarks = defineStore('marks', () => {
  const known = shallowRef<ReadonlyMap<string, readonly Mark[]>>(new Map());
  /** What was heard of each voice since the app began, by the names of the passages. */
  const heard = shallowRef<ReadonlyMap<string, ReadonlySet<string>>>(new Map());
  /** Changes wait for each other, so that none is lost. */
  let queue: Promise<unknown> = Promise.resolve();

  const of = (voice: string): readonly Mark[] => known.value.get(voice) ?? [];

  function keep(voice: string, marks: readonly Mark[]): void {
    known.value = new Map(known.value).set(voice, marks);
  }

  /** Asks for the marks of a voice. */
  async function load(voice: string): Promise<void> {
    keep(voice, await window.api.call('marks.get', { voice }));
  }

  /** Shows the change at once, then keeps what main has stored; takes it back where that fails. */
  function change(voice: string, to: (marks: readonly Mark[]) => readonly Mark[]): Promise<void> {
    const changed = queue.then(async () => {
      const before = of(voice);
      const marks = to(before);
      keep(voice, marks);
      try {
        keep(voice, await window.api.call('marks.set', { voice, marks: [...marks] }));
      } catch (error) {
        keep(voice, before);
        throw error;
      }
    });
    queue = changed.catch(() => undefined);
    return changed;
  }

  /** Whether all of a passage is left out. */
  function isLeftOut({ voice, file, from, to }: Passage): boolean {
    return of(voice).some((mark) => mark.file === file && mark.from <= from && to <= mark.to);
  }

  /** Leaves a passage out, or takes it in again. */
  function toggle(passage: Passage): Promise<void> {
    const out = isLeftOut(passage);
    const { voice, file, from, to } = passage;
    return change(voice, (marks) => (out ? without(marks, { file, from, to }) : [...marks, { file, from, to }]));
  }

  /** Takes everything in again. */
  const clear = (voice: string): Promise<void> => change(voice, () => []);

  /** How many frames of a voice are left out by ear. */
  const framesOf = (voice: string): number => of(voice).reduce((sum, { from, to }) => sum + to - from, 0);

  function hear(passage: Passage): void {
    const before = heard.value.get(passage.voice) ?? [];
    heard.value = new Map(heard.value).set(passage.voice, new Set([...before, nameOf(passage)]));
  }

  const isHeard = (passage: Passage): boolean => heard.value.get(passage.voice)?.has(nameOf(passage)) ?? false;

  return { known, heard, of, load, isLeftOut, toggle, clear, framesOf, hear, isHeard };
});

const nameOf = ({ file, from, to }: Passage): string => `${file} ${from} ${to}`;

/** The marks that hold these frames no more: what remains of a longer one stays on either side. */
export function without(marks: readonly Mark[], { file, from, to }: Mark): Mark[] {
  return marks.flatMap((mark) =>
    mark.file !== file || mark.to <= from || to <= mark.from
      ? [mark]
      : [
          { ...mark, to: from },
          { ...mark, from: to },
        ].filter((rest) => rest.from < rest.to),
  );
}
