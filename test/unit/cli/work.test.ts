import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FULL_EFFORT } from '@shared/contract/effort';
import type { WorkerCommand } from '@shared/contract/work';
import { WorkBeside } from '../../../src/cli/work';
import { markOf } from '../../../src/supervisor/mark';
import type { WorkerChild } from '../../../src/supervisor/processes';
import { put, useFolder } from '../worker/support';

const folder = useFolder();

class FakeChild extends EventEmitter implements WorkerChild {
  readonly pid = undefined;
  readonly sent: WorkerCommand[] = [];
  readonly name: string;
  readonly die: (reason: string) => void;
  constructor(name: string, gone: (reason: string, exitCode: number) => void) {
    super();
    this.name = name;
    this.die = (reason) => gone(reason, 1);
  }
  postMessage(message: unknown): void {
    this.sent.push(message as WorkerCommand);
  }
  kill(): boolean {
    this.die('killed');
    return true;
  }
  say(message: unknown): void {
    this.emit('message', message);
  }
}

function begin() {
  const children: FakeChild[] = [];
  const beside = new WorkBeside(() =>
    Promise.resolve((name, gone) => {
      const child = new FakeChild(name, gone);
      children.push(child);
      return child;
    }),
  );
  const said: string[] = [];
  const listener = {
    signal: new AbortController().signal,
    effort: FULL_EFFORT,
    progress: () => undefined,
    said: (text: string) => void said.push(text),
  };
  return { beside, children, said, listener };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const report = { facts: null, bytes: 4, problems: [], record: null };

it('looks in one process, which ends with the command', async () => {
  const { beside, children, listener } = begin();
  for (const id of [1, 2]) {
    const looking = beside.do({ kind: 'inspect', path: `/${id}.index` }, listener);
    await settle();
    children[0]!.say({ type: 'ready' });
    children[0]!.say({ type: 'result', id, value: report });
    expect(await looking).toEqual(report);
  }
  expect(children).toHaveLength(1);
  const unanswered = expect(beside.do({ kind: 'inspect', path: '/3.index' }, listener)).rejects.toMatchObject({
    code: 'JOB_CANCELLED',
  });
  await settle();
  await beside.close();
  await unanswered;
});

it.each([
  ['sweeps up what a process that died has left', false],
  ['leaves it where the disk does not answer, and says so', true],
])('%s', async (_, isSilent) => {
  const { beside, children, said, listener } = begin();
  const work = beside.do({ kind: 'probe', folder: folder.path }, listener);
  const died = expect(work).rejects.toMatchObject({ code: 'JOB_CRASHED' });
  await settle();
  const [child] = children;
  child!.say({ type: 'ready' });
  const left = put(join(folder.path, `a.voronoice-${markOf(child!.name)}-1.tmp`), 'half');
  if (isSilent) child!.say({ type: 'beat', id: 1, silent: folder.path });
  child!.die('crashed');
  await died;
  expect(existsSync(left)).toBe(isSilent);
  expect(said).toEqual(
    isSilent
      ? [`The drive of "${folder.path}" does not answer. The work goes on when it does; Ctrl-C gives it up.`]
      : [],
  );
});
