import { mkdirSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import type * as FileSystem from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { uses } from '../../../../src/worker/jobs/uses';
import { recordingContext, useFolder } from '../support';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  return { ...real, opendir: vi.fn(real.opendir) };
});

const folder = useFolder();

it('says of a host that its folder may not be read', async () => {
  const path = join(folder.path, 'rvc');
  mkdirSync(join(path, 'logs', 'aria'), { recursive: true });
  vi.mocked(opendir).mockRejectedValueOnce(Object.assign(new Error('no'), { code: 'EACCES' }));
  const around = { home: join(folder.path, 'home'), drives: [], processes: 'none' } as const;
  const asked = {
    voices: [{ name: 'aria', path: join(path, 'logs', 'aria') }],
    known: [{ host: 'rvc' as const, path }],
  };
  const { hosts } = await uses({ kind: 'uses', ...asked }, recordingContext(), around);
  expect(hosts.map(({ problem, models }) => [problem?.code, models])).toEqual([['FILE_UNREADABLE', []]]);
});
