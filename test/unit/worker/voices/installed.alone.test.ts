import { expect, it, vi } from 'vitest';
import { findHosts } from '../../../../src/worker/voices/installed';

vi.mock('node:os', async (original) => ({
  ...(await original<object>()),
  homedir: () => {
    throw new Error('ENOENT: no such file or directory, uv_os_homedir');
  },
}));

it('looks for hosts also for somebody of whom the system knows no home', async () => {
  expect(await findHosts([])).toBeInstanceOf(Array);
});
