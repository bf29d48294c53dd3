import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupMoments } from '../../../../src/worker/jobs/groupMoments';
import { keepTrace, tracePath } from '../../../../src/worker/sound/traceFile';
import { ivfFlat, put, recordingContext, useFolder } from '../support';

const folder = useFolder();

/** Of two lists; the farther the number of a vector from 0, the farther it is from its center. */
function index(): string {
  return put(
    join(folder.path, 'a.index'),
    ivfFlat(
      [
        [4, 0, 2],
        [1, 3],
      ],
      4,
    ),
  );
}

async function ask(list: number, rows: readonly number[] | null) {
  if (rows !== null) {
    const files = [{ name: 'a.npy', rows: 200, modified: 1, voice: null }];
    await keepTrace(tracePath(folder.path, 'abc'), { files, rows: Int32Array.from(rows) }, recordingContext().log);
  }
  const trace = rows === null ? null : tracePath(folder.path, 'abc');
  return groupMoments({ kind: 'groupMoments', index: index(), list, trace }, recordingContext());
}

describe('groupMoments', () => {
  it('names the moments nearest to the center first', async () => {
    expect(await ask(0, [150, 30, 90, 60, 0])).toEqual({
      moments: [150, 90, 0].map((frame) => ({ file: 'a.npy', frame })),
      traced: 1,
      reason: null,
    });
  });

  it('names each sound once before any is named again', async () => {
    const { moments } = await ask(0, [10, 0, 11, 0, 100]);
    expect(moments.map(({ frame }) => frame)).toEqual([10, 100, 11]);
  });

  it('leaves out what is not traced, and says how much is', async () => {
    expect(await ask(1, [0, -1, 0, 7, 0])).toEqual({
      moments: [{ file: 'a.npy', frame: 7 }],
      traced: 0.5,
      reason: null,
    });
  });

  it('says why it has nothing to tell', async () => {
    expect(await ask(0, null)).toEqual({ moments: [], traced: 0, reason: 'noTrace' });
    expect(await ask(1, [0, -1, 0, -1, 0])).toEqual({ moments: [], traced: 0, reason: 'untraced' });
    expect(await ask(9, [0, 0, 0, 0, 0])).toEqual({ moments: [], traced: 0, reason: 'untraced' });
  });
});
