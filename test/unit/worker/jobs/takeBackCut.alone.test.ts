import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import type * as FileSystem from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exportIndex } from '../../../../src/worker/jobs/export';
import { takeBack as prepareTakeBack } from '../../../../src/main/jobs/kinds/takeBack';
import { takeBack } from '../../../../src/worker/jobs/takeBack';
import { dealt, ivfFlat, put, recordingContext, tree, useFolder } from '../support';

/** The process is killed before or after which call that changes something; it never comes back. */
const kill = vi.hoisted(() => ({ at: -1, after: false, count: 0, cut: (): void => undefined, hasLinks: true }));

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof FileSystem>();
  const deadly =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      kill.count += 1;
      if (kill.count - 1 !== kill.at) return call(...args);
      if (kill.after) await call(...args).catch(() => undefined);
      kill.cut();
      return new Promise(() => undefined);
    };
  const link: typeof real.link = (...args) =>
    kill.hasLinks ? real.link(...args) : Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));
  return {
    ...real,
    link: deadly(link),
    rename: deadly(real.rename),
    unlink: deadly(real.unlink),
    chmod: deadly(real.chmod),
  };
});

const folder = useFolder();
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);
const ALIVE = { at: -1, after: false, count: 0, hasLinks: true };
afterEach(() => void Object.assign(kill, ALIVE));

const SOUND = ivfFlat(dealt(20, 2), 256, { nprobe: 4 });
const OTHER = ivfFlat(dealt(12, 2), 256);
const LOGS = ['host', 'logs', 'song'] as const;
const NAME = 'added_IVF2_Flat_nprobe_4_song_v1.index';

/** A hand-over that wrote one new file, took the place of a second and moved a third out of the way. */
async function handOver() {
  rmSync(folder.path, { recursive: true });
  mkdirSync(folder.path);
  put(at(...LOGS, 'added_IVF9_Flat_nprobe_1_song_v1.index'), OTHER);
  put(at(...LOGS, NAME), OTHER);
  const asked = { kind: 'export', host: 'rvc', root: at('host'), name: 'song', slot: null, setAside: true } as const;
  const value = await exportIndex({ ...asked, index: put(at('built', 'a.index'), SOUND) }, recordingContext());
  const services = { job: () => ({ result: { kind: 'export', value }, subject: '', voice: null }) };
  return prepareTakeBack.prepare({ kind: 'takeBack', job: 'job-00000001' }, '', services as never).work;
}

/** What has which content, but for the names of what made room. */
async function state(): Promise<readonly string[]> {
  const names = (await tree(at('host'))).filter((name) => name.endsWith('.index'));
  return names.map((name) => `${name}: ${readFileSync(at('host', name)).equals(OTHER) ? 'other' : 'sound'}`);
}

describe.each([
  ['with hard links', true],
  ['without', false],
])('on a disk %s, taking back', (_disk, hasLinks) => {
  it.each([
    ['before', false],
    ['after', true],
  ])('that is killed right %s any step is finished by the same request', async (_when, after) => {
    await takeBack(await handOver(), recordingContext());
    const wanted = await state();
    expect(wanted).toEqual([expect.stringMatching(/IVF2.*other/), expect.stringMatching(/IVF9.*other/)]);
    let kills = 0;
    for (; ; kills++) {
      const work = await handOver();
      Object.assign(kill, { at: kills, after, count: 0, hasLinks });
      const cut = new Promise<'cut'>((settle) => (kill.cut = () => settle('cut')));
      const ended = await Promise.race([cut, takeBack(work, recordingContext())]);
      Object.assign(kill, ALIVE, { hasLinks });
      if (ended !== 'cut') break;
      const { restored } = await takeBack(work, recordingContext());
      expect(restored).toHaveLength(2);
      expect(await state()).toEqual(wanted);
      // Each backup has its name again, and what was handed over is still there, aside.
      const backups = (await tree(at('host'))).filter((name) => name.includes('.backup-'));
      const contents = backups.map((name) => readFileSync(at('host', name)).equals(SOUND));
      expect(contents.length).toBeGreaterThanOrEqual(2);
      expect(contents).not.toContain(false);
    }
    expect(kills).toBeGreaterThan(4);
  });
});

it('refuses all the same where a backup is gone and another file has its name', async () => {
  const work = await handOver();
  rmSync(work.files.at(-1)?.backup ?? '');
  put(work.files.at(-1)?.path ?? '', OTHER);
  await expect(takeBack(work, recordingContext())).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
