import { Worker } from 'node:worker_threads';
import threadPath from './settleThread?modulePath';

/** Brings the library's file up to date, in a thread of its own. */
export function settleInThread(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(threadPath, { workerData: path });
    thread.once('error', reject);
    thread.once('exit', () => resolve());
  });
}
