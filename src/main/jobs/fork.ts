import { utilityProcess } from 'electron';
import workerPath from '../../worker/index?modulePath';
import type { Log } from '../../supervisor/log';
import { workerEnvironment } from '../../supervisor/environment';
import type { ForkWorker } from '../../supervisor/processes';

/** Workers as Electron utility processes: they live without a Node of their own, and what they print goes to the log. */
export function createFork(log: Log): ForkWorker {
  return (serviceName) => {
    const child = utilityProcess.fork(workerPath, [], {
      serviceName,
      env: workerEnvironment(process.env, serviceName),
      stdio: 'pipe',
    });
    child.stdout?.on('data', (text: Buffer) => log.info(`${serviceName}: ${text.toString()}`));
    child.stderr?.on('data', (text: Buffer) => log.warn(`${serviceName}: ${text.toString()}`));
    return child;
  };
}
