import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { Effort } from '@shared/contract/effort';

const TASKS = '/proc/self/task';

/**
 * Lets other programs go first, for as long as this process lives. Linux knows a priority for each thread, which those
 * inherit that it starts: the ones that are there already are told one by one.
 */
export function takePriority(priority: Effort['priority']): void {
  if (priority === 'normal') return;
  for (const thread of threadsOfThisProcess()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
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
