import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { backedUp } from '@shared/domain/backupName';
import type { RequestOf } from '@shared/jobs';
import { TakeBackResult } from '@shared/jobs/takeBack';
import { exportIndex } from '../../../../src/worker/jobs/export';
import { takeBack } from '../../../../src/worker/jobs/takeBack';
import { dealt, ivfFlat, put, recordingContext, tree, useFolder } from '../support';

const folder = useFolder();
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);
const SOUND = ivfFlat(dealt(20, 2), 256, { nprobe: 4 });
const OTHER = ivfFlat(dealt(12, 2), 256);
const NAME = 'added_IVF2_Flat_nprobe_4_song_v1.index';

async function handOver() {
  const index = put(at('built', 'some.index'), SOUND);
  const asked = {
    kind: 'export',
    index,
    host: 'rvc',
    root: at('host'),
    name: 'song',
    slot: null,
    setAside: true,
  } as const;
  const { written, backups } = await exportIndex(asked, recordingContext());
  const kept = backups.map((backup) => ({ path: backedUp(backup), backup }));
  const made = written.filter((path) => kept.every((other) => other.path !== path));
  return { made, files: [...made.map((path) => ({ path, backup: null })), ...kept] };
}

async function run(files: RequestOf<'takeBack'>['files']) {
  const result = await takeBack({ kind: 'takeBack', files }, recordingContext());
  expect(v.parse(TakeBackResult, result)).toEqual(result);
  return result;
}

describe('a hand-over', () => {
  it('is taken back whole, and nothing is deleted', async () => {
    const other = put(at('host', 'logs', 'song', 'added_IVF9_Flat_nprobe_1_song_v1.index'), OTHER);
    const replaced = put(at('host', 'logs', 'song', NAME), OTHER);
    const { made, files } = await handOver();
    expect(made).toEqual([at('host', 'assets', 'indices', `song_${NAME}`)]);
    const { restored, backups } = await run(files);
    expect([...restored].sort()).toEqual([other, replaced].sort());
    for (const path of restored) expect(readFileSync(path).equals(OTHER)).toBe(true);
    expect(backups).toHaveLength(2);
    for (const path of backups) expect(readFileSync(path).equals(SOUND)).toBe(true);
    expect(JSON.stringify(await tree(at('host')))).not.toContain(`song_${NAME}"`);
  });

  it('is taken back where what it wrote was deleted since', async () => {
    const replaced = put(at('host', 'logs', 'song', NAME), OTHER);
    const { made, files } = await handOver();
    for (const path of made) rmSync(path);
    rmSync(replaced);
    expect(await run(files)).toEqual({ restored: [replaced], backups: [] });
    expect(readFileSync(replaced).equals(OTHER)).toBe(true);
  });

  it('stays as it is when a backup is gone: all of it happens or nothing', async () => {
    put(at('host', 'logs', 'song', 'added_IVF9_Flat_nprobe_1_song_v1.index'), OTHER);
    const replaced = put(at('host', 'logs', 'song', NAME), OTHER);
    const { files } = await handOver();
    const lost = files.find(({ path }) => path === replaced)?.backup ?? '';
    rmSync(lost);
    const before = await tree(folder.path);
    await expect(run(files)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await tree(folder.path)).toEqual(before);
  });

  it('keeps what another program has written there since', async () => {
    const replaced = put(at('host', 'logs', 'song', NAME), OTHER);
    const { files } = await handOver();
    writeFileSync(replaced, 'newer');
    const { backups } = await run(files);
    expect(backups.map((path) => readFileSync(path, 'utf8'))).toContain('newer');
  });
});
