import { expect, it, vi } from 'vitest';
import { sweep } from '../../../src/supervisor/sweep';

const waited = vi.hoisted((): number[] => []);
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<object>()),
  // Of a drive that hangs.
  readdir: () => new Promise<never>(() => undefined),
}));
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => {
    waited.push(ms);
    return Promise.resolve(null);
  },
}));

it('does not wait for a drive that hangs, and says that something may be left there', async () => {
  await expect(sweep({ kind: 'probe', folder: '/nas' }, 'probe-1')).rejects.toMatchObject({
    code: 'FOLDER_AWAY',
    message: 'The disk does not answer: temporaries of probe-1 may be left.',
  });
  expect(waited).toEqual([10_000]);
});
