import { setTimeout as delay } from 'node:timers/promises';

/** A disk that works answers what is still asked of it in far less. */
const PATIENCE_MS = 1_000;
const LOOK_MS = 20;

/**
 * Whether a disk does not answer what this process has asked of it. At its end a process waits for its threads, and a drive
 * that hangs holds them: who wants to end then has to be killed.
 */
export async function isHeldByDisk(): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  while (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) {
    if (performance.now() > end) return true;
    await delay(LOOK_MS);
  }
  return false;
}

/** Ends a process by force; nothing happens where it is gone already. */
export function killByForce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
