import { createHash } from 'node:crypto';

/** What the temporaries of the worker of this name bear, short enough for the name of a file. */
export function markOf(worker: string): string {
  return createHash('sha256').update(worker).digest('hex').slice(0, 12);
}
