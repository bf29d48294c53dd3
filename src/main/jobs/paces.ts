import * as v from 'valibot';
import { type RequestOf, type WorkKind, workKinds } from '@shared/jobs';
import type { Pace } from '@shared/jobs/progress';
import type { Memory } from '../library/memory';
import type { Log } from '../../supervisor/log';

/** Jobs of one variety that are remembered: enough for a few sizes of voices. */
const KEPT = 8;

const Paces = v.array(
  v.object({ size: v.nullable(v.number()), steps: v.record(v.string(), v.pipe(v.number(), v.minValue(0))) }),
);

/**
 * How long the steps of past jobs took on this machine, by kind and variety; the newest last. No job waits or fails for it:
 * what the disk does not give is unknown, and what it does not take is forgotten.
 */
export class PaceHistory {
  readonly #memory: Pick<Memory, 'get' | 'set'>;

  readonly #log: Log;

  constructor(memory: Pick<Memory, 'get' | 'set'>, log: Log) {
    this.#memory = memory;
    this.#log = log;
  }

  past<K extends WorkKind>(work: RequestOf<K>): readonly Pace[] {
    return this.#try(() => this.#memory.get(keyOf(work), Paces)) ?? [];
  }

  record<K extends WorkKind>(work: RequestOf<K>, pace: Pace): void {
    this.#try(() => this.#memory.set(keyOf(work), [...this.past(work), pace].slice(-KEPT)));
  }

  #try<T>(ask: () => T): T | null {
    try {
      return ask();
    } catch (error) {
      this.#log.warn(`the paces of past jobs: ${String(error)}`);
      return null;
    }
  }
}

function keyOf<K extends WorkKind>(work: RequestOf<K>): string {
  return `pace:${work.kind}:${workKinds[work.kind].variety(work)}`;
}
