import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, constants, getPriority } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Effort, FULL_EFFORT } from '@shared/contract/effort';
import { WorkerCommand, type WorkerMessage } from '@shared/contract/work';
import * as v from 'valibot';
import { loadEngine } from '../../src/worker/engine';
import { BEHIND_WINDOW } from '../../src/worker/priority';
import { useCommandLine } from './command';

const folder = useCommandLine();

/** The priority of every thread of a process, where the system has one for each; else that of the process. */
function prioritiesOf(pid: number): readonly number[] {
  if (process.platform !== 'linux') return [getPriority(pid)];
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [, afterName = ''] = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ');
    return Number(afterName.split(' ')[16]);
  });
}

async function answered(child: ChildProcess): Promise<WorkerMessage> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [WorkerMessage];
    if (message.type === 'result' || message.type === 'failure') return message;
  }
}

/** The priorities of a worker that has just made the engine work. */
async function prioritiesAt(effort: Effort): Promise<ReadonlySet<number>> {
  const child = fork(resolve('out', 'cli', 'child.js'), { serialization: 'advanced', stdio: 'ignore' });
  const answer = answered(child);
  child.send(v.parse(WorkerCommand, { type: 'start', id: 1, request: { kind: 'probe', folder: folder.path }, effort }));
  expect(await answer).toMatchObject({ type: 'result' });
  const found = new Set(prioritiesOf(child.pid ?? 0));
  child.kill();
  await once(child, 'exit');
  return found;
}

describe('what work may take of the computer', () => {
  it('is as many threads as are asked for, and never more than there are', async () => {
    const threads = async (most: number | null): Promise<number> => (await loadEngine(most)).engineInfo().threads;
    expect(await threads(1)).toBe(1);
    expect(await threads(1_000)).toBe(availableParallelism());
    expect(await threads(null)).toBe(availableParallelism());
  });

  it('is what the window leaves, and at low priority what others leave: in every thread of the worker', async () => {
    const usual = getPriority();
    expect([...(await prioritiesAt(FULL_EFFORT))]).toEqual([usual]);
    const low = Math.max(usual, constants.priority.PRIORITY_BELOW_NORMAL);
    const normal = Math.max(usual, BEHIND_WINDOW);
    expect([...(await prioritiesAt({ threads: 1, priority: 'normal' }))]).toEqual([normal]);
    expect([...(await prioritiesAt({ threads: 1, priority: 'low' }))]).toEqual([low]);
  });
});
