import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { getuid } from 'node:process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plain } from '@shared/contract/build';
import type { RequestOf } from '@shared/jobs';
import { run } from '../../../src/worker/run';
import { zip } from '../../fixtures/zips';
import { fakeEngine } from './fakeEngine';
import { dealt, ivfFlat, npy, put, recordingContext, useFolder, values } from './support';

/** Whatever is made of a file can be read by nobody who may not read that file. */

const folder = useFolder();
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);
const ONE = ivfFlat(dealt(40, 5), 256, { nprobe: 1 });
const FOUR = ivfFlat(dealt(40, 5), 256, { nprobe: 4 });
const NPROBE = { type: 'nprobe', nprobe: 4 } as const;
const EXPORT = { kind: 'export', name: 'song', host: 'applio', slot: null, setAside: false, link: false } as const;

/** Someone else's, where it can be had. */
const NOBODY = 65_534;
const isRoot = getuid?.() === 0;

function file(path: string, content: string | Uint8Array, mode: number): string {
  put(path, content);
  chmodSync(path, mode);
  return path;
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const repair = (index: string, change: RequestOf<'repair'>['change'], out: string | null = null) =>
  run({ kind: 'repair', index, change, out }, recordingContext());

describe.skipIf(process.platform === 'win32')('the rights of a file', () => {
  it.each([0o600, 0o640])(
    'of mode %o stay as they are when it is repaired, also in its note and a copy',
    async (mode) => {
      const index = file(at('a.index'), ONE, mode);
      const { backup } = await repair(index, NPROBE);
      const { index: copy } = await repair(index, NPROBE, at('b.index'));
      expect([index, backup ?? '', copy].map(modeOf)).toEqual([mode, mode, mode]);
      await repair(index, { type: 'undo', backup: backup ?? '' });
      expect(readdirSync(folder.path).map((name) => modeOf(at(name)))).toEqual([mode, mode, mode]);
    },
  );

  it('are those of the file whose place another takes, when a repair is undone by the whole file', async () => {
    const index = file(at('a.index'), FOUR, 0o600);
    await repair(index, { type: 'undo', backup: file(at('a.index.backup-20260101-120000'), ONE, 0o644) });
    expect(readdirSync(folder.path).map((name) => modeOf(at(name)))).toEqual([0o600, 0o600]);
  });

  it('go with it to a host, and those of what was there stay', async () => {
    const index = file(at('built', 'a.index'), ONE, 0o600);
    mkdirSync(at('host', 'logs', 'song'), { recursive: true });
    const { files } = await run({ ...EXPORT, index, root: at('host') }, recordingContext());
    expect(files.map(modeOf)).toEqual([0o600]);

    const open = file(at('built', 'b.index'), FOUR, 0o644);
    const replaced = await run({ ...EXPORT, index: open, root: at('host') }, recordingContext());
    expect([...replaced.files, ...replaced.backups].map(modeOf)).toEqual([0o600, 0o600]);
  });

  it('are those of the settings that a slot had', async () => {
    const settings = file(
      at('client', 'model_dir', '0', 'params.json'),
      '{"voiceChangerType": "RVC", "name": "a"}',
      0o600,
    );
    const index = file(at('a.index'), ONE, 0o644);
    await run({ ...EXPORT, host: 'wokada', slot: '0', index, root: at('client') }, recordingContext());
    expect(modeOf(settings)).toBe(0o600);
  });

  it('of an archive are those of what was in it', async () => {
    const archive = file(at('Mira.zip'), zip([{ name: 'Mira/a.index', content: ONE }]), 0o600);
    const { folder: made } = await run({ kind: 'unpack', archive, root: at('unpacked') }, recordingContext());
    expect(modeOf(join(made, 'Mira', 'a.index'))).toBe(0o600);
  });

  it('of features are those of the index that is built of them', async () => {
    for (let number = 0; number < 20; number++) {
      const body = new Uint8Array(values(50, 256).map((value) => value + 50 * number).buffer);
      file(at('logs', 'song', '3_feature256', `0_${number}.npy`), npy(50, 256, { body }), 0o600);
    }
    const request: RequestOf<'train'> = {
      kind: 'train',
      sources: [{ path: at('logs', 'song'), weight: null }],
      ...plain('rvc'),
      seed: 7,
      name: null,
      out: at('out'),
      totalFea: false,
      measure: false,
      traces: null,
      memoryLimit: null,
    };
    const { index } = await run(request, recordingContext({ engine: fakeEngine().engine }));
    expect(modeOf(index)).toBe(0o600);
  });
});

describe.skipIf(!isRoot)('a file of another owner (tried by root only)', () => {
  it('stays theirs when it is repaired, replaced or its repair is undone', async () => {
    const index = file(at('host', 'logs', 'song', 'song.index'), FOUR, 0o640);
    chownSync(index, NOBODY, NOBODY);
    await repair(index, { type: 'nprobe', nprobe: 2 });
    expect(statSync(index).uid).toBe(NOBODY);

    const built = file(at('built', 'a.index'), ONE, 0o644);
    const { files, backups } = await run({ ...EXPORT, index: built, root: at('host') }, recordingContext());
    for (const path of [...files, ...backups]) {
      const { uid, gid } = statSync(path);
      expect([uid, gid, modeOf(path)]).toEqual([NOBODY, NOBODY, 0o640]);
    }
    expect(statSync(built).uid).toBe(0);
    await run({ ...EXPORT, index: built, root: at('host'), name: 'other', link: true }, recordingContext());
    expect([statSync(built).uid, modeOf(built)]).toEqual([0, 0o644]);
  });
});
