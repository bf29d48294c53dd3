import * as v from 'valibot';
import { type RequestOf, type WorkKind, workKinds } from '@shared/jobs';
import type { Pace } from '@shared/jobs/progress';
import type { Memory } from '../library/memory';

/** Jobs of one variety that are remembered: enough for a few sizes of voices. */
const KEPT = 8;

const Paces = v.array(
  v.object({ size: v.nullable(v.number()), steps: v.record(v.string(), v.pipe(v.number(), v.minValue(0))) }),
);

/** How long the steps of past jobs took on this machine, by kind and variety; the newest last. */
export class PaceHistory {
  readonly #memory: Pick<Memory, 'get' | 'set'>;

  constructor(memory: Pick<Memory, 'get' | 'set'>) {
    this.#memory = memory;
  }

  past<K extends WorkKind>(work: RequestOf<K>): readonly Pace[] {
    return this.#memory.get(keyOf(work), Paces) ?? [];
  }

  record<K extends WorkKind>(work: RequestOf<K>, pace: Pace): void {
    this.#memory.set(keyOf(work), [...this.past(work), pace].slice(-KEPT));
  }
}

function keyOf<K extends WorkKind>(work: RequestOf<K>): string {
  return `pace:${work.kind}:${workKinds[work.kind].variety(work)}`;
}
