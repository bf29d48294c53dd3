import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { errnoOf } from '@shared/contract/systemErrors';
import { workerEnvironment } from '../supervisor/environment';
import type { WorkerChild } from '../supervisor/processes';

/** Why a worker ended, as Node or Electron says it; or why it was not even started, as the system does. */
type Gone = (reason: string, exitCode: number) => void;

/** Starts a worker beside the command line. What it prints goes to this process's error output. */
export type ForkBeside = (worker: string, gone: Gone) => WorkerChild;

/** In Node by Node's own means; in the packed program, which cannot run as Node, by Electron's. */
export async function createForkBeside(): Promise<ForkBeside> {
  if (!('electron' in process.versions)) return forkNode;
  const { app, utilityProcess } = await import('electron');
  await app.whenReady();
  return (worker, gone) => {
    const child = utilityProcess.fork(pathOf('worker.js'), [], {
      serviceName: worker,
      env: workerEnvironment(process.env, worker),
      stdio: 'pipe',
    });
    child.stderr?.on('data', (text: Buffer) => process.stderr.write(text));
    app.on('child-process-gone', (_event, { name, reason, exitCode }) => {
      if (name === worker) gone(reason, exitCode);
    });
    return child;
  };
}

function forkNode(worker: string, gone: Gone): WorkerChild {
  const child = fork(pathOf('child.js'), [], {
    env: workerEnvironment(process.env, worker),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.once('exit', (code, signal) => gone(signal ?? 'ended', code ?? 1));
  child.on('error', (error) => {
    // What cannot be told to a process that is just ending, its end says. One that was not started has none.
    if (child.pid === undefined) gone(errnoOf(error) ?? error.message, 1);
  });
  return {
    pid: child.pid,
    postMessage: (message) => {
      if (child.connected) child.send(message as object);
    },
    kill: () => child.kill(),
    on: (event, listener) => child.on(event, listener),
    once: (event, listener) => child.once(event, (code) => listener(code ?? 1)),
  };
}

/** Built beside this file. */
function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
