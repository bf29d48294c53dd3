import { readdirSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import type { Effort } from '@shared/contract/effort';

const TASKS = '/proc/self/task';

/**
 * A click must not wait for as long as the system lets a thread of a job go on. Other programs hardly notice so little.
 */
export const BEHIND_WINDOW = 5;

/**
 * Lets others go first, for as long as this process lives. Linux knows a priority for each thread, which those inherit that
 * it starts: the ones that are there already are told one by one.
 */
export function takePriority(priority: Effort['priority']): void {
  if (priority === 'full') return;
  const least = priority === 'low' ? constants.priority.PRIORITY_BELOW_NORMAL : BEHIND_WINDOW;
  for (const thread of threadsOfThisProcess()) {
    try {
      setPriority(thread, Math.max(getPriority(thread), least));
    } catch {
      // The thread has ended, or the system does not allow it: then the work is as fast as ever.
    }
  }
}

function threadsOfThisProcess(): readonly number[] {
  if (process.platform !== 'linux') return [process.pid];
  try {
    return readdirSync(TASKS).map(Number);
  } catch {
    // Without /proc, as in some containers, at least this thread steps back.
    return [process.pid];
  }
}
