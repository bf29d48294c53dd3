import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isHeldByDisk, killByForce } from '../../../src/supervisor/held';

afterEach(() => void vi.restoreAllMocks());

describe('a process that is about to end', () => {
  it('is not held by a disk that answers', async () => {
    const reading = readFile('package.json');
    expect(await isHeldByDisk()).toBe(false);
    await reading;
  });

  it('is held by one that does not', async () => {
    vi.spyOn(process, 'getActiveResourcesInfo').mockReturnValue(['Timeout', 'FSReqPromise']);
    expect(await isHeldByDisk()).toBe(true);
  });
});

it('ends a process by force, be it that it is gone already', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 1, 1000)']);
  const ended = new Promise((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
  killByForce(child.pid!);
  expect(await ended).toBe('SIGKILL');
  killByForce(child.pid!);
});
