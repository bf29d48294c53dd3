import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createForkBeside } from '../../../src/cli/fork';
import type { WorkerChild } from '../../../src/supervisor/processes';

const { execPath } = process;
afterEach(() => {
  process.execPath = execPath;
});

/** Starts another program in the place of Node. */
async function forked(program: string): Promise<{ child: WorkerChild; gone: Promise<readonly [string, number]> }> {
  process.execPath = program;
  const fork = await createForkBeside();
  let tell: (end: readonly [string, number]) => void = () => undefined;
  const gone = new Promise<readonly [string, number]>((resolve) => (tell = resolve));
  return { child: fork('inspect-1', (...end) => tell(end)), gone };
}

describe('a process beside the command line', () => {
  it('that cannot be started is gone, by the name that the system gives to the reason', async () => {
    const { gone } = await forked('/nowhere/node');
    expect(await gone).toEqual(['ENOENT', 1]);
  });

  it.skipIf(process.platform === 'win32')('that has just ended is told nothing, and nobody minds', async () => {
    const { child, gone } = await forked('/bin/true');
    // It ends meanwhile, and this process does not come to hear of it.
    const until = performance.now() + 300;
    while (performance.now() < until);
    child.postMessage({ type: 'cancel', id: 1 });
    expect(await gone).toEqual(['ended', 0]);
    await delay(50);
  });
});
