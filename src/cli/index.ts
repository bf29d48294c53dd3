import process from 'node:process';
import { isHeldByDisk, killByForce } from '../supervisor/held';
import { EXIT } from './failure';
import { createForkBeside } from './fork';
import { runProgram } from './program';
import { createWorkBeside } from './work';

const abort = new AbortController();
process.on('SIGINT', () => {
  // The first one stops cleanly; who presses it again does not want to wait for that.
  if (abort.signal.aborted) void leave();
  abort.abort();
});
process.on('SIGTERM', () => abort.abort());

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: abort.signal,
  work: createWorkBeside(createForkBeside),
});
if (await isHeldByDisk()) killByForce(process.pid);

async function leave(): Promise<void> {
  if (await isHeldByDisk()) killByForce(process.pid);
  process.exit(EXIT.cancelled);
}
