import process from 'node:process';
import { toFailure } from '@shared/contract/errors';
import { errnoOf, toFileError } from '@shared/contract/systemErrors';
import { isHeldByDisk, killByForce } from '../supervisor/held';
import { EXIT, failureText } from './failure';
import { createForkBeside } from './fork';
import { runProgram } from './program';
import { WorkBeside } from './work';

const abort = new AbortController();
process.on('SIGINT', () => {
  // The first one stops cleanly; who presses it again does not want to wait for that.
  if (abort.signal.aborted) void leave();
  abort.abort();
});
process.on('SIGTERM', () => abort.abort());
// Its terminal was closed.
process.on('SIGHUP', () => abort.abort());

/** What nobody reads any more is not written, and the work is done all the same; what a disk does not take is said. */
const refused: Error[] = [];
process.stdout.on('error', (error: Error) => {
  if (errnoOf(error) !== 'EPIPE') refused.push(error);
});
process.stderr.on('error', () => undefined);

/** Each settles when the text has been taken, or refused and that said: a disk says so only after the writing. */
const printing: Promise<void>[] = [];
const print = (text: string): void => {
  printing.push(new Promise((settle) => process.stdout.write(text, () => setImmediate(settle))));
};

/** A process beside this one that a drive holds cannot be ended, and is left behind. */
const LEFT_BEHIND_MS = 1_000;
const beside = new WorkBeside(createForkBeside);

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: { write: print },
  stderr: process.stderr,
  signal: abort.signal,
  work: beside.do,
});
await beside.close();
await Promise.all(printing);
const [unwritten] = refused;
if (unwritten !== undefined) {
  process.stderr.write(failureText(toFailure(toFileError(unwritten, 'the output', 'write'))));
  process.exitCode = EXIT.refused;
}
if (await isHeldByDisk()) killByForce(process.pid);
setTimeout(() => process.exit(), LEFT_BEHIND_MS).unref();

async function leave(): Promise<void> {
  if (await isHeldByDisk()) killByForce(process.pid);
  process.exit(EXIT.cancelled);
}
