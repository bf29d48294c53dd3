import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/worker/engine';
import { startVoronoice, useCommandLine, voronoice, voronoiceJson } from './command';

const folder = useCommandLine();
const LOW = constants.priority.PRIORITY_BELOW_NORMAL;

/** The priority of every thread of a process, where the system has one for each; else that of the process. */
function prioritiesOf(pid: number): readonly number[] {
  if (process.platform !== 'linux') return [getPriority(pid)];
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [, afterName = ''] = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ');
    return Number(afterName.split(' ')[16]);
  });
}

describe('what work may take of the computer', () => {
  it('is as many threads as are asked for, and never more than there are', async () => {
    const threads = async (most: number | null): Promise<number> => (await loadEngine(most)).engineInfo().threads;
    expect(await threads(1)).toBe(1);
    expect(await threads(1_000)).toBe(availableParallelism());
    expect(await threads(null)).toBe(availableParallelism());
  });

  it('is, at low priority, what others leave: for every thread of the process', async () => {
    voronoiceJson('sample', '--out', folder.path, '--minutes', '10', '--version', 'v2');
    const voice = join(folder.path, 'logs', 'sample');
    const child = startVoronoice('train', voice, '--recipe', 'rvc', '--threads', '1', '--low-priority');
    const grouping = new Promise<void>((resolve) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('Grouping')) resolve();
      });
    });
    await grouping;
    const found = new Set(prioritiesOf(child.pid ?? 0));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect([...found]).toEqual([LOW]);
  });

  it('is refused when it is nothing', () => {
    expect(voronoice('scan', folder.path, '--threads', '0').code).toBe(2);
  });
});
