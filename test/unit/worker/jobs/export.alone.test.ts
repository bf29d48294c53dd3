import { mkdirSync, readFileSync, readlinkSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { link } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type * as FileSystem from 'node:fs/promises';
import * as v from 'valibot';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestOf } from '@shared/jobs';
import { ExportResult } from '@shared/jobs/export';
import { ExportPlan } from '@shared/jobs/exportPlan';
import { exportIndex } from '../../../../src/worker/jobs/export';
import { exportPlan } from '../../../../src/worker/jobs/exportPlan';
import { dealt, ivfFlat, put, recordingContext, tree, useFolder } from '../support';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  return { ...real, link: vi.fn(real.link) };
});
beforeEach(() => void vi.mocked(link).mockReset());

const folder = useFolder();
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);

const SOUND = ivfFlat(dealt(20, 2), 256, { nprobe: 4 });
const OTHER = ivfFlat(dealt(12, 2), 256);
const RVC_NAME = 'added_IVF2_Flat_nprobe_4_song_v1.index';

function request(changes: Partial<RequestOf<'export'>> = {}, content: Uint8Array = SOUND): RequestOf<'export'> {
  mkdirSync(at('host', 'logs'), { recursive: true });
  const index = put(at('built', 'some.index'), content);
  return {
    kind: 'export',
    index,
    host: 'rvc',
    root: at('host'),
    name: 'song',
    slot: null,
    setAside: false,
    link: false,
    ...changes,
  };
}

async function run(asked: RequestOf<'export'>, context = recordingContext()) {
  const result = await exportIndex(asked, context);
  expect(v.parse(ExportResult, result)).toEqual(result);
  return result;
}

async function plan(asked: RequestOf<'export'>) {
  const result = await exportPlan(asked, recordingContext());
  expect(v.parse(ExportPlan, result)).toEqual(result);
  return result;
}

describe('export', () => {
  it('names the index after the model that shall find it, and the library gives it to the voice', async () => {
    const { files } = await run(request({ model: 'song_e100_s2000.pth' }));
    const named = 'added_IVF2_Flat_nprobe_4_song_e100_s2000_v1.index';
    expect(files).toEqual([
      at('host', 'logs', 'song', named),
      at('host', 'assets', 'indices', `song_e100_s2000_${named}`),
    ]);
    await expect(plan(request({ model: 'con.pth' }))).rejects.toMatchObject({ code: 'NAME_INVALID' });
  });

  it('puts both files where RVC looks, and reports its steps', async () => {
    const asked = request();
    const context = recordingContext();
    const result = await run(asked, context);
    expect(result.files).toEqual([
      at('host', 'logs', 'song', RVC_NAME),
      at('host', 'assets', 'indices', `song_${RVC_NAME}`),
    ]);
    expect(result.written).toEqual(result.files);
    for (const file of result.files) expect(readFileSync(file).equals(SOUND)).toBe(true);
    expect(result).toMatchObject({ host: 'rvc', backups: [], facts: { vectors: 20, nprobe: 4 } });
    expect(result.warnings.map(({ code }) => code)).toEqual(['NON_ASCII_PATH']);
    expect(context.steps).toEqual(['check', 'copy', 'verify']);
    expect(readFileSync(asked.index).equals(SOUND)).toBe(true);
  });

  it('links instead of copying where that was asked for, and says before what it would write', async () => {
    const asked = request({ link: true });
    const before = await tree(folder.path);
    expect(await plan(asked)).toMatchObject({ bytes: 2 * SOUND.length, link: 'hard' });
    // The disk was asked, and nothing of the question is left.
    expect(await tree(folder.path)).toEqual(before);
    const { files, warnings } = await run(asked);
    for (const file of files) expect(statSync(file).ino).toBe(statSync(asked.index).ino);
    expect(warnings.map(({ code }) => code)).not.toContain('NOT_LINKED');
    expect(await plan(asked)).toMatchObject({ bytes: 0, link: null });
    // One file under three names.
    writeFileSync(asked.index, OTHER);
    expect(readFileSync(files[0] ?? '').equals(OTHER)).toBe(true);
  });

  it('copies where nothing can be linked, and says so', async () => {
    const refuse = (errno: string) => () => Promise.reject(Object.assign(new Error(errno), { code: errno }));
    vi.mocked(link).mockImplementation(refuse('EPERM'));
    const asked = request({ link: true });
    const before = await tree(folder.path);
    expect(await plan(asked)).toMatchObject({ bytes: 2 * SOUND.length, link: null });
    expect(await tree(folder.path)).toEqual(before);
    const { files, warnings } = await run(asked);
    expect(warnings.map(({ code }) => code)).toContain('NOT_LINKED');
    for (const file of files) expect(readFileSync(file).equals(SOUND)).toBe(true);
  });

  it('leads to the index on another disk', async () => {
    const refuse = (errno: string) => () => Promise.reject(Object.assign(new Error(errno), { code: errno }));
    vi.mocked(link).mockImplementation(refuse('EXDEV'));
    const asked = request({ link: true });
    expect(await plan(asked)).toMatchObject({ link: 'symbolic' });
    const { files, warnings } = await run(asked);
    expect(files.map((file) => readlinkSync(file))).toEqual([realpathSync(asked.index), realpathSync(asked.index)]);
    expect(warnings.map(({ code }) => code)).not.toContain('NOT_LINKED');
  });

  it('puts one file where Applio looks', async () => {
    const { files } = await run(request({ host: 'applio' }));
    expect(files).toEqual([at('host', 'logs', 'song', 'song.index')]);
  });

  it('leaves equal files alone, and writes nothing', async () => {
    await run(request());
    const before = await tree(folder.path);
    const planned = await plan(request());
    expect(planned.targets.map(({ state }) => state)).toEqual(['same', 'same']);
    const { backups, written } = await run(request());
    expect([backups, written]).toEqual([[], []]);
    expect(await tree(folder.path)).toEqual(before);
  });

  it('keeps another file of that name as a backup that no host takes for an index', async () => {
    vi.useFakeTimers({ now: new Date(2024, 0, 2, 3, 4, 5), toFake: ['Date'] });
    try {
      put(at('host', 'logs', 'song', RVC_NAME), OTHER);
      const backup = `${at('host', 'logs', 'song', RVC_NAME)}.backup-20240102-030405`;
      put(backup, 'an earlier one');
      const planned = await plan(request());
      expect(planned.targets.map(({ state, backup: kept }) => [state, kept])).toEqual([
        ['replace', `${backup}-2`],
        ['new', null],
      ]);
      expect(planned.warnings.map(({ code }) => code)).toContain('REPLACES');
      const { backups } = await run(request());
      expect(backups).toEqual([`${backup}-2`]);
      expect(readFileSync(`${backup}-2`).equals(OTHER)).toBe(true);
      expect(readFileSync(backup, 'utf8')).toBe('an earlier one');
      expect(readFileSync(at('host', 'logs', 'song', RVC_NAME)).equals(SOUND)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('offers a free name beside an index that would be replaced, so that both can be listened to', async () => {
    expect((await plan(request())).beside).toBeNull();
    put(at('host', 'logs', 'song', RVC_NAME), OTHER);
    put(at('host', 'logs', 'song-2', 'added_IVF2_Flat_nprobe_4_song-2_v1.index'), OTHER);
    const { beside } = await plan(request());
    expect(beside).toBe('song-3');
    const { backups } = await run(request({ name: beside ?? '' }));
    expect(backups).toEqual([]);
    expect(readFileSync(at('host', 'logs', 'song', RVC_NAME)).equals(OTHER)).toBe(true);
    expect((await plan(request({ name: 'song-3' }))).targets.map(({ state }) => state)).toEqual(['same', 'same']);
  });

  it('keeps a broken link of that name as a backup', async () => {
    mkdirSync(at('host', 'assets', 'indices'), { recursive: true });
    symlinkSync('nowhere', at('host', 'assets', 'indices', `song_${RVC_NAME}`));
    const { backups } = await run(request());
    expect(backups).toHaveLength(1);
  });

  it('sets other indexes of the voice aside, but not trained ones nor those of other voices', async () => {
    const older = put(at('host', 'logs', 'song', 'added_IVF9_Flat_nprobe_1_song_v1.index'), OTHER);
    const trained = put(at('host', 'logs', 'song', 'trained_IVF9_Flat_nprobe_1_song_v1.index'), 'x');
    const outside = put(at('host', 'assets', 'indices', 'song_IVF9_Flat_nprobe_1_song_v1.index'), OTHER);
    const foreign = put(at('host', 'assets', 'indices', 'duet_IVF9_Flat_nprobe_1_duet_v1.index'), OTHER);
    const planned = await plan(request());
    expect(planned.others).toEqual([older, outside]);
    expect(planned.warnings.map(({ code }) => code)).toContain('OTHER_INDEX');

    const kept = await run(request({ name: 'song' }));
    expect(kept.warnings.map(({ code }) => code)).toContain('OTHER_INDEX');
    const { backups, warnings } = await run(request({ setAside: true, link: false }));
    expect(backups.map((path) => path.replace(/\.backup-.*/, ''))).toEqual([older, outside]);
    expect(warnings.map(({ code }) => code)).not.toContain('OTHER_INDEX');
    const left = await tree(at('host'));
    for (const path of [trained, foreign]) expect(left).toContain(path.slice(at('host').length + 1));
  });

  it('sets aside files only, and takes hidden folders for nobody', async () => {
    for (const name of ['.index', 'backup.index']) mkdirSync(at('host', 'logs', 'song', name), { recursive: true });
    for (const name of ['.ipynb_checkpoints', '_old', '-dash']) mkdirSync(at('host', 'logs', name));
    const planned = await plan(request());
    expect(planned.others).toEqual([]);
    expect(planned.warnings.map(({ code }) => code)).toEqual(['NON_ASCII_PATH']);
  });

  it('warns of vectors that were brought to one length', async () => {
    const unit = ivfFlat(dealt(20, 2), 256, { vector: () => new Float32Array(256).fill(1 / 16) });
    expect((await plan(request({}, unit))).warnings.map(({ code }) => code)).toContain('NORMALIZED');
    expect((await plan(request())).warnings.map(({ code }) => code)).not.toContain('NORMALIZED');
  });

  it.each([
    ['a name that RVC hides', 'retrained', 'TRAINED_IN_PATH'],
    ['a name that is taken for another', 'sing', 'AMBIGUOUS_NAME'],
  ])('warns of %s', async (_what, name, code) => {
    mkdirSync(at('host', 'logs', 'singapore'), { recursive: true });
    const { warnings } = await plan(request({ name }));
    expect(warnings.find((warning) => warning.code === code)?.proposal).toMatch(/^[a-z0-9-]+$/i);
  });
});

describe('export to a fork of RVC whose picker looks in one folder', () => {
  it('writes into the folder that it looks in, not the one of the full name', async () => {
    const { files } = await run(request({ host: 'mangio', name: 'song_live.2' }));
    expect(files).toEqual([at('host', 'logs', 'song', 'added_IVF2_Flat_nprobe_4_song_live.2_v1.index')]);
  });

  it('sets every other index of that folder aside, also a trained one, for the first one is taken', async () => {
    const trained = put(at('host', 'logs', 'song', 'trained_IVF9_Flat_nprobe_1_song_v1.index'), 'x');
    const planned = await plan(request({ host: 'mangio' }));
    expect(planned.others).toEqual([trained]);
    const { backups } = await run(request({ host: 'mangio', setAside: true, link: false }));
    expect(backups).toHaveLength(1);
    expect(await tree(at('host', 'logs', 'song'))).toEqual(
      [RVC_NAME, basename(backups[0] ?? '')].sort((a, b) => (a < b ? -1 : 1)),
    );
  });

  it('warns of a voice that shares the folder', async () => {
    mkdirSync(at('host', 'logs', 'song_b'), { recursive: true });
    const { warnings } = await plan(request({ host: 'mangio', name: 'song_a' }));
    expect(warnings.find(({ code }) => code === 'AMBIGUOUS_NAME')?.details).toMatchObject({ other: 'song_b' });
  });
});

describe('export to a slot', () => {
  const OLD = 'added_IVF153_Flat_nprobe_1_alice_v2.index';
  /** As Python writes it: 1.0 is not 1, and order and spaces are its own. */
  const SETTINGS = `{"slotIndex": 0, "voiceChangerType": "RVC", "name": "alice", "indexFile": "${OLD}", "defaultTune": 1.0, "note": "\\"indexFile\\": \\u00e9"}`;
  const slot = (...parts: readonly string[]): string => at('client', 'model_dir', ...parts);

  function client(changes: Partial<RequestOf<'export'>> = {}): RequestOf<'export'> {
    put(slot('0', 'params.json'), SETTINGS);
    put(slot('0', OLD), OTHER);
    put(slot('2', 'params.json'), '{"voiceChangerType": "RVC", "name": "bob", "indexFile": ""}');
    put(slot('10', 'params.json'), '{"voiceChangerType": "RVC", "name": "cara"}');
    put(slot('3', 'params.json'), '{"voiceChangerType": "MMVCv15", "name": "dora"}');
    put(slot('4', 'params.json'), 'not json');
    put(slot('upload', 'some.bin'), 'x');
    return { ...request(), host: 'wokada', root: at('client'), ...changes };
  }

  it('lists the slots that could take it, by number, and chooses the one of that name', async () => {
    const planned = await plan(client({ name: 'Bob' }));
    expect(planned.slots).toEqual([
      { id: '0', name: 'alice' },
      { id: '2', name: 'bob' },
      { id: '10', name: 'cara' },
    ]);
    expect(planned.slot?.id).toBe('2');
  });

  it('plans nothing and writes nothing until a slot is chosen', async () => {
    const planned = await plan(client());
    expect([planned.slot, planned.targets]).toEqual([null, []]);
    const before = await tree(folder.path);
    await expect(run(client())).rejects.toMatchObject({ code: 'SLOT_NOT_FOUND' });
    await expect(run(client({ slot: '3' }))).rejects.toMatchObject({ code: 'SLOT_NOT_FOUND' });
    expect(await tree(folder.path)).toEqual(before);
  });

  it('puts the index beside the settings, names it there, and keeps all that was there', async () => {
    const asked = client({ slot: '0', name: 'alice' });
    const planned = await plan(asked);
    expect(planned.slot).toMatchObject({
      settings: { path: slot('0', 'params.json') },
      index: { path: slot('0', OLD) },
    });
    expect(await tree(slot('0'))).toEqual([OLD, 'params.json']);

    const { files, backups } = await run(asked);
    const name = 'added_IVF2_Flat_nprobe_4_alice_v1.index';
    expect(files).toEqual([slot('0', name)]);
    expect(readFileSync(slot('0', name)).equals(SOUND)).toBe(true);
    expect(readFileSync(slot('0', 'params.json'), 'utf8')).toBe(SETTINGS.replace(OLD, name));
    expect(backups.map((path) => path.replace(/\.backup-.*/, ''))).toEqual([slot('0', 'params.json'), slot('0', OLD)]);
    expect(readFileSync(backups[0] ?? '', 'utf8')).toBe(SETTINGS);
    expect(readFileSync(backups[1] ?? '').equals(OTHER)).toBe(true);
    expect(await tree(slot('0'))).toHaveLength(4);
  });

  it('leaves everything alone the second time', async () => {
    await run(client({ slot: '10', name: 'cara' }));
    const before = await tree(folder.path);
    const again = { ...request(), host: 'wokada', root: at('client'), name: 'cara', slot: '10' } as const;
    expect(await plan(again)).toMatchObject({ targets: [{ state: 'same' }], slot: { settings: null, index: null } });
    expect((await run(again)).backups).toEqual([]);
    expect(await tree(folder.path)).toEqual(before);
  });

  it('does not look at names: nothing is confused, and "trained" does not matter', async () => {
    const { warnings } = await plan(client({ slot: '0', name: 'retrained' }));
    expect(warnings.map(({ code }) => code)).toEqual(['NON_ASCII_PATH']);
  });

  it('leaves everything as it was when the settings cannot be replaced', async () => {
    const asked = client({ slot: '0', name: 'alice' });
    const before = await tree(folder.path);
    const context = recordingContext({
      progress: (step) => {
        if (step === 'verify') put(slot('0', 'params.json'), '[]');
      },
    });
    await expect(exportIndex(asked, context)).rejects.toMatchObject({ code: 'SLOT_NOT_FOUND' });
    expect(await tree(folder.path)).toEqual(before);
  });
});

describe('export refuses', () => {
  it.each<[string, Uint8Array, string]>([
    ['an index without vectors', ivfFlat([[], []], 256), 'INDEX_NO_VECTORS'],
    [
      'ids that are not row numbers',
      ivfFlat(
        [
          [0, 1, 2, 3],
          [4, 5, 6, 8, 9],
        ],
        256,
      ),
      'INDEX_NOT_FOR_HOST',
    ],
    ['inner product', ivfFlat(dealt(20, 2), 256, { metric: 0 }), 'INDEX_NOT_FOR_HOST'],
    ['a dimension of no model', ivfFlat(dealt(20, 2), 100), 'INDEX_DIMENSION'],
    [
      'vectors that are no numbers',
      ivfFlat(dealt(20, 2), 256, { vector: () => new Float32Array(256).fill(NaN) }),
      'INDEX_NOT_FOR_HOST',
    ],
    ['fewer vectors than neighbors', ivfFlat(dealt(5, 1), 256), 'INDEX_NOT_FOR_HOST'],
    ['a web page', Buffer.from('<!doctype html><html>'), 'INDEX_LOOKALIKE'],
    ['a file cut off', SOUND.subarray(0, SOUND.length - 1), 'INDEX_TRUNCATED'],
  ])('%s', async (_what, content, code) => {
    const asked = request({}, content);
    const before = await tree(folder.path);
    await expect(exportIndex(asked, recordingContext())).rejects.toMatchObject({ code });
    expect(await tree(folder.path)).toEqual(before);
  });

  it('a folder that is no host', async () => {
    await expect(run(request({ root: folder.path }))).rejects.toMatchObject({ code: 'HOST_NOT_FOUND' });
  });

  it.each(['', '..', 'a/b', 'a\\b', 'con', 'nul.x', 'dot.', 'a:b', ' a', 'x'.repeat(100)])(
    'the name %j',
    async (name) => {
      await expect(plan(request({ name }))).rejects.toMatchObject({ code: 'NAME_INVALID' });
    },
  );

  it('an index that is not there', async () => {
    await expect(run(request({ index: at('gone.index') }))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('an export that fails half way', () => {
  it('leaves everything as it was when the second place cannot be written', async () => {
    const asked = request();
    put(at('host', 'logs', 'song', RVC_NAME), OTHER);
    // A file where the folder should be: works for root, too.
    put(at('host', 'assets'), 'in the way');
    const before = await tree(folder.path);
    await expect(run(asked)).rejects.toMatchObject({ code: 'NOT_A_FOLDER' });
    expect(await tree(folder.path)).toEqual(before);
    expect(readFileSync(at('host', 'logs', 'song', RVC_NAME)).equals(OTHER)).toBe(true);
  });

  it('takes the first file back when the name of the second is taken at the last moment', async () => {
    const asked = request();
    put(at('host', 'logs', 'song', RVC_NAME), OTHER);
    const second = at('host', 'assets', 'indices', `song_${RVC_NAME}`);
    const context = recordingContext({
      progress: (step) => {
        if (step === 'verify') put(second, 'somebody else');
      },
    });
    await expect(run(asked, context)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(await tree(at('host', 'logs', 'song'))).toEqual([RVC_NAME]);
    expect(readFileSync(at('host', 'logs', 'song', RVC_NAME)).equals(OTHER)).toBe(true);
    expect(readFileSync(second, 'utf8')).toBe('somebody else');
  });

  it.each(['check', 'copy'])('leaves everything as it was when it is cancelled at %s', async (abortAt) => {
    const asked = request();
    put(at('host', 'logs', 'song', RVC_NAME), OTHER);
    const before = await tree(folder.path);
    await expect(run(asked, recordingContext({ abortAt }))).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(await tree(folder.path)).toEqual(before);
    expect(readFileSync(at('host', 'logs', 'song', RVC_NAME)).equals(OTHER)).toBe(true);
  });

  it('notices that the index changes while it is copied', async () => {
    const asked = request();
    const before = await tree(folder.path);
    const context = recordingContext({
      progress: (step) => {
        if (step === 'copy') writeFileSync(asked.index, OTHER);
      },
    });
    await expect(run(asked, context)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(await tree(folder.path)).toEqual(before);
  });
});
