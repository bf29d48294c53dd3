import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ScanResult, type Voice } from '@shared/contract/voices';
import { locateVoice } from '../../../../src/worker/voices/recognize';
import { MERGED } from '@shared/jobs/scan';
import { scan } from '../../../../src/worker/jobs/scan';
import * as make from '../../../fixtures/pickles';
import { dealt, HARD_NAME, ivfFlat, npy, put, recordingContext, useFolder } from '../support';

const folder = useFolder();
const BUILT = 'indexes';
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);

async function look(path: string, home: string | null = null, pointed: Record<string, string> = {}) {
  const built = home === null ? [] : [join(home, BUILT)];
  const result = await scan({ kind: 'scan', path, home, built, pointed }, recordingContext());
  expect(v.parse(ScanResult, result)).toEqual(result);
  return result;
}

function only(voices: readonly Voice[]): Voice {
  expect(voices).toHaveLength(1);
  return voices[0]!;
}

const TRAIN_LOG = `2024-01-01 12:00:00,000\tsong\tINFO\t{'data': {'sampling_rate': 40000}, 'model_dir': './logs/song', 'experiment_dir': './logs/song', 'sample_rate': '40k', 'if_f0': 1, 'version': 'v1', 'total_epoch': 200}
2024-01-01 12:01:00,000\tsong\tINFO\t====> Epoch: 1 [2024]
2024-01-01 12:02:00,000\tsong\tINFO\t====> Epoch: 37 [2024]
`;

/** RVC's folder with one voice that has everything. */
function rvc(root = at('RVC')): string {
  const voice = join(root, 'logs', 'song');
  put(join(voice, '3_feature256', '0_0.npy'), npy(30, 256));
  put(join(voice, '3_feature256', '0_1.npy'), npy(20, 256));
  put(join(voice, '3_feature256', 'stray.txt'), 'x');
  put(join(voice, '2a_f0', '0_0.wav.npy'), npy(30, 1));
  put(join(voice, 'train.log'), TRAIN_LOG);
  put(join(voice, 'G_2333333.pth'));
  put(join(voice, 'D_2333333.pth'));
  put(join(voice, 'added_IVF2_Flat_nprobe_1_song_v1.index'), ivfFlat(dealt(50, 2), 256));
  put(join(voice, 'trained_IVF2_Flat_nprobe_1_song_v1.index'), ivfFlat([[], []], 256));
  put(join(root, 'logs', 'mute', '3_feature256', 'mute.npy'), npy(149, 256));
  put(join(root, 'assets', 'weights', 'song_e20_s400.pth'));
  put(join(root, 'assets', 'weights', 'songbird_e99_s400.pth'));
  mkdirSync(join(root, 'assets', 'indices'), { recursive: true });
  return root;
}

describe('scan', () => {
  it('takes what a file says beyond all measure for nothing said, and finds the rest', async () => {
    const root = rvc();
    const voice = join(root, 'logs', 'song');
    const early = new Date(-86_400_000);
    const endless = '9'.repeat(30);
    put(join(voice, `G_${endless}.pth`));
    put(join(voice, `song_e${endless}_s${endless}.pth`), make.voiceModel(256, { sr: make.float(Infinity) }));
    put(join(voice, `added_IVF${endless}_Flat_nprobe_${endless}_song_v1.index`), ivfFlat(dealt(50, 2), 256));
    put(join(voice, 'train.log'), `====> Epoch: ${endless}`);
    for (const name of [
      '3_feature256/0_0.npy',
      'added_IVF2_Flat_nprobe_1_song_v1.index',
      `song_e${endless}_s${endless}.pth`,
    ])
      utimesSync(join(voice, name), early, early);
    const { voices } = await look(root);
    const song = voices.find(({ name }) => name === 'song');
    expect(song).toMatchObject({ frames: 50, epochs: 20 });
    expect(song?.indexes).toHaveLength(3);
    expect(song?.models.map(({ facts }) => facts?.sampleRate)).toEqual([40_000, undefined]);
    expect(song?.checkpoints.map(({ epoch, step }) => [epoch, step])).toContainEqual([null, null]);
  });

  it.each([
    ['pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['device', (path: string) => symlinkSync('/dev/zero', path)],
  ])('waits for no %s under a name that it reads', async (_, make) => {
    const root = rvc();
    const voice = join(root, 'logs', 'song');
    const index = join(voice, 'added_IVF2_Flat_nprobe_1_song_v1.index');
    rmSync(join(voice, 'train.log'));
    for (const name of ['train.log', 'config.json', 'model_info.json', 'other.index', '3_feature256/0_2.npy']) {
      make(join(voice, name));
    }
    make(`${index}.json`);
    const found = only((await look(root)).voices);
    expect(found).toMatchObject({ frames: 50, epochs: 20, sampleRate: null, skippedCount: 2 });
    expect(found.indexes.map(({ problem }) => problem?.code ?? null)).toContain('FILE_NOT_REGULAR');
  });

  it('reads a voice of RVC: material, version, epochs, models, indexes', async () => {
    const root = rvc();
    const found = await look(root);
    expect(found.what).toBe('rvc');
    const voice = only(found.voices);
    expect(voice).toMatchObject({
      name: 'song',
      path: join(root, 'logs', 'song'),
      layout: 'rvc',
      featuresPath: join(root, 'logs', 'song', '3_feature256'),
      version: 'v1',
      dimension: 256,
      frames: 50,
      files: 2,
      skippedCount: 1,
      epochs: 37,
      sampleRate: '40k',
      f0: true,
      problem: null,
      hostRoot: root,
    });
    expect(voice.skipped[0]).toMatchObject({ name: 'stray.txt', problem: { code: 'NPY_NOT_NPY' } });
    expect(voice.checkpoints).toEqual([
      { name: 'G_2333333.pth', epoch: null, step: null },
      { name: 'song_e20_s400.pth', epoch: 20, step: 400 },
    ]);
    expect(
      voice.indexes.map(({ kind, place, link, problem, stale }) => ({ kind, place, link, problem, stale })),
    ).toEqual([
      { kind: 'added', place: 'voice', link: 'none', problem: null, stale: null },
      { kind: 'trained', place: 'voice', link: 'none', problem: null, stale: null },
    ]);
    expect(voice.indexes[0]?.facts).toMatchObject({ vectors: 50, nlist: 2, nprobe: 1 });
    expect(voice.id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('finds the same voice by its logs, its folder and its features', async () => {
    const root = rvc();
    const [voice] = (await look(root)).voices;
    const logs = await look(join(root, 'logs'));
    expect([logs.what, logs.voices]).toEqual(['logs', [voice]]);
    for (const path of [join(root, 'logs', 'song'), join(root, 'logs', 'song', '3_feature256')]) {
      const found = await look(path);
      expect([found.what, found.voices]).toEqual(['voice', [voice]]);
    }
  });

  it('takes logs/mute for no voice', async () => {
    const found = await look(join(rvc(), 'logs', 'mute'));
    expect(found).toMatchObject({ what: 'nothing', voices: [] });
  });

  it("gives links in RVC's index folder to their voice, sound or broken, and keeps what is nobody's", async () => {
    const root = rvc();
    const indices = join(root, 'assets', 'indices');
    const added = 'added_IVF2_Flat_nprobe_1_song_v1.index';
    symlinkSync(join(root, 'logs', 'song', added), join(indices, `song_${added}`));
    // RVC on Linux makes a link that leads nowhere, relative to the wrong folder.
    symlinkSync(join('logs', 'song', added), join(indices, 'song_IVF2_Flat_nprobe_1_song_v1.index'));
    put(join(indices, 'elsewhere.index'), ivfFlat(dealt(9, 1), 768));
    const found = await look(root);
    const outside = only(found.voices).indexes.filter(({ place }) => place === 'outside');
    expect(outside.map(({ link, problem, facts }) => [link, problem?.code ?? null, facts?.vectors ?? null])).toEqual([
      ['dangling', 'FILE_NOT_FOUND', null],
      ['ok', null, 50],
    ]);
    expect(found.indexes.map(({ name }) => name)).toEqual(['elsewhere.index']);
    expect((await look(join(root, 'logs', 'song'))).indexes).toEqual([]);
  });

  it('sees that an index is smaller than the features, and does not go by their time', async () => {
    const root = rvc();
    const voice = join(root, 'logs', 'song');
    utimesSync(join(voice, 'added_IVF2_Flat_nprobe_1_song_v1.index'), 1_600_000_000, 1_600_000_000);
    expect(only((await look(root)).voices).indexes[0]?.stale).toBeNull();
    put(join(voice, '3_feature256', '1_0.npy'), npy(100, 256));
    expect(only((await look(root)).voices).indexes[0]?.stale).toEqual({ reason: 'smaller', frames: 150, vectors: 50 });
  });

  it('gives models to their voice by the rules of the host, with facts and the question of fit', async () => {
    const root = rvc();
    const weights = join(root, 'assets', 'weights');
    put(join(weights, 'song.pth'), make.voiceModel(256, { author: make.text('Ada') }));
    put(join(weights, 'song_e30_s600.pth'), make.voiceModel(768));
    put(join(weights, 'songbird.pth'), make.voiceModel(768));
    put(join(weights, 'broken.pth'), 'x');
    const found = await look(root);
    const { models, indexes, checkpoints } = only(found.voices);
    const [added] = indexes;
    expect(models.map(({ name, facts, fits }) => [name, facts?.dimension ?? null, fits[added!.id]])).toEqual([
      ['song.pth', 256, { fits: 'yes' }],
      ['song_e20_s400.pth', null, undefined],
      ['song_e30_s600.pth', 768, { fits: 'no', reason: 'dimension', model: 768, index: 256 }],
    ]);
    expect(models[0]).toMatchObject({ facts: { author: 'Ada', epochs: 200 }, problem: null });
    expect(models[1]).toMatchObject({ facts: null, problem: { code: 'MODEL_CORRUPT' } });
    expect(checkpoints.map(({ name }) => name)).toContain('song.pth');
    expect(found.models?.map(({ name }) => name)).toEqual(['broken.pth', 'songbird.pth', 'songbird_e99_s400.pth']);
  });

  it('takes any model in the folder of a voice for one of it, but no state of its training', async () => {
    const voice = at('Applio', 'logs', 'song');
    put(join(voice, 'song.index'), ivfFlat(dealt(30, 1), 768));
    put(join(voice, 'Song Final.pth'), make.voiceModel(768));
    put(join(voice, 'G_2333.pth'), make.voiceModel(768));
    put(join(voice, '._Song Final.pth'), 'x');
    expect(only((await look(voice)).voices).models.map(({ name }) => name)).toEqual(['Song Final.pth']);
  });

  it('reads a model again only when it has changed', async () => {
    const path = put(at('loose', 'a.pth'), make.voiceModel(256));
    expect((await look(at('loose'))).models).toMatchObject([{ facts: { version: 'v1' } }]);
    put(path, make.voiceModel(768, { author: make.text('another length') }));
    expect((await look(at('loose'))).models).toMatchObject([{ facts: { version: 'v2' } }]);
  });

  it('takes a file of features for the folder that it lies in', async () => {
    const root = rvc();
    const [voice] = (await look(root)).voices;
    const features = join(root, 'logs', 'song', '3_feature256');
    const found = await look(join(features, '0_0.npy'));
    expect(found).toMatchObject({ root: features, what: 'voice', voices: [voice] });
  });

  it('reads a voice of Applio', async () => {
    const root = at('Applio');
    const voice = join(root, 'logs', 'song');
    mkdirSync(join(root, 'rvc'), { recursive: true });
    put(join(voice, 'extracted', '0_0_0.npy'), npy(30, 768));
    put(join(voice, 'f0', '0_0_0.wav.npy'), npy(30, 1));
    put(join(voice, 'config.json'), JSON.stringify({ data: { sample_rate: 48_000 }, train: { epochs: 20_000 } }));
    put(join(voice, 'model_info.json'), JSON.stringify({ embedder_model: 'contentvec' }));
    put(join(voice, 'song_200e_4000s.pth'));
    put(join(voice, 'song.index'), ivfFlat(dealt(30, 1), 768));
    const found = await look(root);
    expect(found.what).toBe('applio');
    expect(only(found.voices)).toMatchObject({
      layout: 'applio',
      version: 'v2',
      embedder: 'contentvec',
      sampleRate: '48k',
      f0: true,
      epochs: 200,
      checkpoints: [{ name: 'song_200e_4000s.pth', epoch: 200, step: 4_000 }],
      indexes: [{ kind: 'applio', place: 'voice' }],
    });
  });

  it('reads a voice of ultimate-rvc, whose folder of features names the embedder', async () => {
    put(at('logs', 'song', 'custom_1a2b_extracted', '0.npy'), npy(10, 768));
    expect(only((await look(at('logs'))).voices)).toMatchObject({
      layout: 'ultimate',
      embedder: 'custom_1a2b',
      frames: 10,
    });
  });

  it("reads VC Client's slots as voices, by the names in their settings", async () => {
    const root = at('client');
    const name = 'added_IVF1_Flat_nprobe_1_alice_v2.index';
    put(join(root, 'model_dir', '0', 'params.json'), '{"voiceChangerType": "RVC", "name": "alice", "indexFile": ""}');
    put(join(root, 'model_dir', '0', name), ivfFlat(dealt(9, 1), 768));
    put(join(root, 'model_dir', '1', 'params.json'), '{"voiceChangerType": "MMVCv15", "name": "bob"}');
    const found = await look(root);
    expect(found.what).toBe('wokada');
    expect(only(found.voices)).toMatchObject({
      name: 'alice',
      layout: 'wokada',
      host: 'wokada',
      hostRoot: root,
      indexes: [{ name, kind: 'added', facts: { vectors: 9 } }],
    });
  });

  it('tells a fork of RVC by the folders it makes', async () => {
    const root = rvc();
    rmSync(join(root, 'assets'), { recursive: true });
    expect(await look(root)).toMatchObject({ what: 'rvc', voices: [{ host: 'rvc' }] });
    mkdirSync(join(root, 'csvdb'));
    expect(await look(root)).toMatchObject({ what: 'mangio', voices: [{ host: 'mangio', layout: 'rvc' }] });
  });

  it('reads the summer 2024 folders of Applio', async () => {
    put(at('logs', 'song', 'v2_extracted', '0.npy'), npy(10, 768));
    expect(only((await look(at('logs'))).voices)).toMatchObject({ layout: 'applio', version: 'v2' });
  });

  it('reads a bare folder of features, also after an index was built into it', async () => {
    put(at('bare', 'a.npy'), npy(10, 256));
    put(at('bare', 'added_IVF1_Flat_nprobe_1_bare_v1.index'), ivfFlat(dealt(10, 1), 256));
    put(at('bare', 'total_fea.npy'), npy(10, 256));
    const found = await look(at('bare'));
    expect(found.what).toBe('features');
    expect(only(found.voices)).toMatchObject({
      name: 'bare',
      layout: 'bare',
      frames: 10,
      indexes: [{ kind: 'added' }],
      hostRoot: null,
    });
  });

  it('reads a folder of features per speaker as a voice each', async () => {
    put(at('song', '3_feature256', 'ann', '0.npy'), npy(10, 256));
    put(at('song', '3_feature256', 'bob', '0.npy'), npy(12, 256));
    const { voices } = await look(at('song'));
    expect(voices.map(({ name, frames }) => [name, frames])).toEqual([
      ['song_ann', 10],
      ['song_bob', 12],
    ]);
  });

  it('names the speakers whose files lie in one folder', async () => {
    for (const name of ['0_0_0.npy', '1_0_0.npy', '1_1_0.npy']) put(at('song', 'extracted', name), npy(10, 256));
    expect(only((await look(at('song'))).voices).speakers).toEqual(['0', '1']);
  });

  it('prefers the version that was trained last where both have features', async () => {
    put(at('logs', 'song', '3_feature256', '0.npy'), npy(10, 256));
    put(at('logs', 'song', '3_feature768', '0.npy'), npy(10, 768));
    expect(only((await look(at('logs'))).voices).version).toBe('v2');
    put(at('logs', 'song', 'train.log'), TRAIN_LOG);
    expect(only((await look(at('logs'))).voices).version).toBe('v1');
  });

  it.each<[string, readonly string[], string]>([
    ['no features yet', ['0_gt_wavs/a.wav'], 'NO_FEATURES'],
    ['an empty folder of features', ['3_feature768/readme.txt'], 'FEATURES_EMPTY'],
    ['a downloaded model', ['song.index'], 'NO_FEATURES'],
  ])('shows a voice with %s, and why it cannot be built', async (_what, files, code) => {
    for (const file of files) put(at('logs', 'song', file), 'x');
    put(at('logs', 'other', '3_feature768', 'a.npy'), npy(5, 768));
    const { voices } = await look(at('logs'));
    expect(voices.map(({ name, problem }) => [name, problem?.code ?? null])).toEqual([
      ['other', null],
      ['song', code],
    ]);
  });

  it('shows a damaged index with its problem', async () => {
    put(at('logs', 'song', '3_feature768', 'a.npy'), npy(5, 768));
    put(at('logs', 'song', 'added_x.index'), '<html>');
    expect(only((await look(at('logs'))).voices).indexes).toEqual([
      expect.objectContaining({
        facts: null,
        problem: expect.objectContaining({ code: 'INDEX_LOOKALIKE' }) as unknown,
      }),
    ]);
  });

  it("finds several hosts in one folder, and Voronoice's own indexes", async () => {
    const root = rvc();
    put(at('Second', 'logs', 'duet', '3_feature768', 'a.npy'), npy(5, 768));
    const first = await look(folder.path);
    expect(first.voices.map(({ name }) => name)).toEqual(['song', 'duet']);
    const song = first.voices[0]!;
    put(
      at('home', BUILT, song.id, 'job-1', 'added_IVF2_Flat_nprobe_4_song_v1.index'),
      ivfFlat(dealt(50, 2), 256, { nprobe: 4 }),
    );
    const again = (await look(root, at('home'))).voices[0]!;
    expect(again.indexes.filter(({ place }) => place === 'built').map(({ facts }) => facts?.nprobe)).toEqual([4]);
  });

  it('finds the voices that were merged, each by the name it was given, as long as an index of it is there', async () => {
    const root = at('home', BUILT, MERGED);
    const name = 'added_IVF2_Flat_nprobe_4_duet_v2.index';
    put(join(root, 'duet', 'job-1', name), ivfFlat(dealt(40, 2), 768, { nprobe: 4 }));
    put(join(root, 'duet', 'job-2', name), ivfFlat(dealt(50, 2), 768, { nprobe: 4 }));
    mkdirSync(join(root, 'given up', 'job-3'), { recursive: true });
    const found = await look(root, at('home'));
    expect(found).toMatchObject({ what: 'merged', indexes: [] });
    expect(only(found.voices)).toMatchObject({
      name: 'duet',
      layout: 'merged',
      version: 'v2',
      frames: 50,
      featuresPath: null,
      problem: { code: 'MERGED_VOICE' },
      indexes: [{ place: 'built' }, { place: 'built' }],
    });
    // The same folder is nobody's when it is not the app's own.
    expect((await look(root)).what).not.toBe('merged');
  });

  it('knows an index again under another name, in another place, and mended', async () => {
    const vector = (id: number) => new Float32Array(256).fill(id * 3);
    put(at('one', 'a.index'), ivfFlat(dealt(50, 2), 256, { nprobe: 1 }));
    put(at('two', 'b.index'), ivfFlat(dealt(50, 2), 256, { nprobe: 2 }));
    put(at('three', 'a.index'), ivfFlat(dealt(50, 2), 256, { nprobe: 1, vector }));
    const contents = [];
    for (const path of [at('one', 'a.index'), at('two', 'b.index'), at('three', 'a.index')])
      contents.push((await look(path)).indexes[0]?.content);
    expect(contents[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(contents[1]).toBe(contents[0]);
    expect(contents[2]).not.toBe(contents[0]);
  });

  it('opens one index file', async () => {
    put(at('song.index'), ivfFlat(dealt(9, 1), 768));
    const found = await look(at('song.index'));
    expect(found).toMatchObject({ what: 'index', voices: [], indexes: [{ place: 'opened', facts: { vectors: 9 } }] });
  });

  it('lists loose indexes of a folder without a voice', async () => {
    mkdirSync(at('downloads'));
    put(at('downloads', 'a.index'), ivfFlat(dealt(9, 1), 768));
    expect(await look(at('downloads'))).toMatchObject({
      voices: [{ name: 'downloads', problem: { code: 'NO_FEATURES' } }],
    });
  });

  it('is not caught by links in a circle, and takes two links to a voice for one', async () => {
    const root = rvc();
    symlinkSync(root, join(root, 'logs', 'circle'));
    symlinkSync(join(root, 'logs', 'song'), join(root, 'logs', 'again'));
    expect((await look(root)).voices.map(({ name }) => name)).toEqual(['song']);
  });

  it('names a link as it is called, in the host it lies in, and takes two links for one voice seen twice', async () => {
    const root = rvc();
    put(at('library', 'singer', '3_feature256', 'a.npy'), npy(5, 256));
    for (const name of ['my-voice', 'other-name']) symlinkSync(at('library', 'singer'), join(root, 'logs', name));
    const { voices } = await look(root);
    expect(voices.map(({ name, hostRoot, host, path, links }) => ({ name, hostRoot, host, path, links }))).toEqual([
      {
        name: 'my-voice',
        hostRoot: root,
        host: 'rvc',
        path: at('library', 'singer'),
        links: [join(root, 'logs', 'other-name')],
      },
      { name: 'song', hostRoot: root, host: 'rvc', path: join(root, 'logs', 'song'), links: undefined },
    ]);
    expect((await look(join(root, 'logs', 'my-voice'))).voices[0]).toMatchObject({ name: 'my-voice', host: 'rvc' });
    // Seen where it lies, too, it keeps the name that the host knows.
    const above = (await look(folder.path)).voices.find(({ path }) => path === at('library', 'singer'));
    expect(above).toMatchObject({ name: 'my-voice', host: 'rvc', links: [join(root, 'logs', 'other-name')] });
  });

  it('looks four levels down, and says so where there is more', async () => {
    put(at('Downloads', 'alice', 'alice', 'alice.index'), ivfFlat(dealt(9, 1), 768));
    put(at('Downloads', '__MACOSX', 'alice', '._alice.index'), 'x');
    put(at('a', 'b', 'c', 'deep', '3_feature768', 'a.npy'), npy(5, 768));
    const found = await look(folder.path);
    expect(found.voices.map(({ name }) => name)).toEqual(['alice', 'deep']);
    expect(found.looked).toMatchObject({ levels: 4, complete: true, archives: [], unread: [] });
    const parents = [folder.path, at('Downloads'), at('a'), at('a', 'b'), at('a', 'b', 'c')];
    expect(found.looked?.parents?.filter((path) => parents.includes(path)).sort()).toEqual(parents.sort());
    put(at('a', 'b', 'c', 'd', 'deeper', '3_feature768', 'a.npy'), npy(5, 768));
    expect(await look(folder.path)).toMatchObject({ looked: { complete: false } });
  });

  it('finds voices that a host keeps in folders by kind', async () => {
    mkdirSync(at('Applio', 'rvc'), { recursive: true });
    put(at('Applio', 'logs', 'singers', 'alice', 'extracted', 'a.npy'), npy(5, 768));
    expect(only((await look(at('Applio'))).voices)).toMatchObject({
      name: 'alice',
      host: 'applio',
      hostRoot: at('Applio'),
    });
  });

  it('finds the indexes in a hidden folder beside models', async () => {
    for (const name of ['Mira', 'Nori']) {
      put(at('models', 'RVC', `${name}.pth`), 'x');
      put(at('models', 'RVC', '.index', `added_IVF1_Flat_nprobe_1_${name}_v2.index`), ivfFlat(dealt(9, 1), 768));
    }
    for (const path of [at('models'), at('models', 'RVC')]) {
      const found = await look(path);
      expect([found.what, found.voices, found.indexes.length]).toEqual(['index', [], 2]);
    }
  });

  it('reads all frames of a voice from one file, where that is all that is left', async () => {
    put(at('alice', 'alice.pth'), 'x');
    put(at('alice', 'total_fea.npy'), npy(40, 768));
    const [voice] = (await look(at('alice'))).voices;
    expect(voice).toMatchObject({ name: 'alice', frames: 40, files: 1, version: 'v2', problem: null });
    expect(await locateVoice(at('alice', 'total_fea.npy'))).toMatchObject({
      name: 'alice',
      featuresPath: at('alice', 'total_fea.npy'),
    });
  });

  it('says whether a voice can be heard, and from where', async () => {
    const root = rvc();
    const voice = join(root, 'logs', 'song');
    const soundOf = async (pointed = {}) => only((await look(root, null, pointed)).voices).sound;
    expect(await soundOf()).toBeNull();
    put(join(voice, '0_gt_wavs', '0_1.wav'));
    put(join(voice, '0_gt_wavs', '._0_0.wav'));
    put(join(voice, '0_gt_wavs', '0_0.txt'));
    expect(await soundOf()).toEqual({ folder: 'full', files: 1, of: 2 });
    put(join(voice, '1_16k_wavs', '0_0.WAV'));
    put(join(voice, '1_16k_wavs', '0_1.wav'));
    expect(await soundOf()).toEqual({ folder: '16k', files: 2, of: 2 });
    put(at('elsewhere', '0_1.wav'));
    put(at('elsewhere', 'of another.wav'));
    const { id, slices } = only((await look(root)).voices);
    expect(slices).toEqual({ total: 2, missing: 0, names: [] });
    const pointed = only((await look(root, null, { [id]: at('elsewhere') })).voices);
    expect(pointed.sound).toEqual({ folder: 'pointed', files: 1, of: 2 });
    expect(pointed.slices).toBeUndefined();
    // A drive that is not plugged in is no reason to be deaf.
    expect(await soundOf({ [id]: at('gone') })).toEqual({ folder: '16k', files: 2, of: 2 });
  });

  it('opens none of ten thousand slices, and is quick with them', async () => {
    const root = rvc();
    const slices = join(root, 'logs', 'song', '1_16k_wavs');
    mkdirSync(slices);
    // Whoever looks into one of them finds nothing.
    for (let slice = 0; slice < 10_000; slice++) symlinkSync(at('nowhere'), join(slices, `0_${slice}.wav`));
    const begun = performance.now();
    const voice = only((await look(root)).voices);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(voice.sound).toEqual({ folder: '16k', files: 2, of: 2 });
    expect(voice.slices).toMatchObject({ total: 10_000, missing: 9_998 });
  });

  it('hears a voice of Applio in either of its folders', async () => {
    const voice = at('Applio', 'logs', 'song');
    put(join(voice, 'extracted', '0_0_0.npy'), npy(30, 768));
    const soundOf = async () => only((await look(at('Applio', 'logs'))).voices).sound;
    put(join(voice, 'sliced_audios', '0_0_0.wav'));
    expect(await soundOf()).toEqual({ folder: 'full', files: 1, of: 1 });
    put(join(voice, 'sliced_audios_16k', '0_0_0.wav'));
    expect(await soundOf()).toEqual({ folder: '16k', files: 1, of: 1 });
  });

  it('cannot be heard by recordings of other names', async () => {
    const root = rvc();
    put(join(root, 'logs', 'song', '1_16k_wavs', 'song.wav'));
    expect(only((await look(root)).voices).sound).toBeNull();
  });

  it('counts the slices without features', async () => {
    const root = rvc();
    for (const name of ['0_0', '0_1', '0_2', '1_0'])
      put(join(root, 'logs', 'song', '1_16k_wavs', `${name}.wav`), 'RIFF');
    expect(only((await look(root)).voices).slices).toEqual({ total: 4, missing: 2, names: ['0_2', '1_0'] });
  });

  it('gives copies of an index to its voice', async () => {
    const root = rvc();
    const name = 'song_added_IVF2_Flat_nprobe_1_song_v1';
    for (const mark of ['', ' (1)', ' - 복사본'])
      put(join(root, 'assets', 'indices', `${name}${mark}.index`), ivfFlat(dealt(50, 2), 256));
    const found = await look(root);
    expect(found.indexes).toEqual([]);
    const copies = only(found.voices).indexes.filter(({ place }) => place === 'outside');
    expect(copies.map(({ name, copyOf }) => [name, copyOf])).toEqual([
      [`${name} (1).index`, 'added_IVF2_Flat_nprobe_1_song_v1.index'],
      [`${name} - 복사본.index`, 'added_IVF2_Flat_nprobe_1_song_v1.index'],
      [`${name}.index`, undefined],
    ]);
  });

  it('tells a copy from an index that only looks like it, and two names of one file', async () => {
    const root = rvc();
    const within = (name: string): string => join(root, 'logs', 'song', name);
    const other = ivfFlat(dealt(50, 2), 256);
    other[other.length - 1_000] = 1;
    put(within('added_IVF2_Flat_nprobe_1_song_v1 (1).index'), other);
    linkSync(within('added_IVF2_Flat_nprobe_1_song_v1.index'), within('zwin.index'));
    const { indexes } = only((await look(root)).voices);
    expect(indexes.map(({ name, copyOf }) => [name, copyOf])).toEqual([
      ['added_IVF2_Flat_nprobe_1_song_v1 (1).index', undefined],
      ['added_IVF2_Flat_nprobe_1_song_v1.index', undefined],
      ['trained_IVF2_Flat_nprobe_1_song_v1.index', undefined],
      ['zwin.index', 'added_IVF2_Flat_nprobe_1_song_v1.index'],
    ]);
  });

  it('does not mention what the system leaves in folders', async () => {
    const root = rvc();
    const features = join(root, 'logs', 'song', '3_feature256');
    for (const name of ['._0_0.npy', '.DS_Store', 'Thumbs.db', 'desktop.ini']) put(join(features, name), 'x');
    put(join(features, '.ipynb_checkpoints', '0_0-checkpoint.npy'), npy(30, 256));
    put(join(root, 'logs', 'song', '._added_IVF2_Flat_nprobe_1_song_v1.index'), 'x');
    const voice = only((await look(root)).voices);
    expect([voice.frames, voice.skippedCount, voice.indexes.length]).toEqual([50, 1, 2]);
  });

  it('says that there are archives to be unpacked', async () => {
    put(at('Downloads', 'weights.zip'), 'PK');
    expect(await look(at('Downloads'))).toMatchObject({
      what: 'nothing',
      looked: { archives: [at('Downloads', 'weights.zip')] },
    });
  });

  it('finds nothing in an empty folder, and says when there is none', async () => {
    expect(await look(folder.path)).toMatchObject({ what: 'nothing', voices: [], indexes: [] });
    await expect(look(at('gone'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('stops when it is told', async () => {
    const abort = new AbortController();
    abort.abort();
    const context = recordingContext({ signal: abort.signal });
    const done = scan({ kind: 'scan', path: rvc(), home: null, built: [], pointed: {} }, context);
    await expect(done).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });
});

describe('locateVoice', () => {
  it('takes the only voice below a folder', async () => {
    const root = rvc();
    expect(await locateVoice(root)).toMatchObject({ name: 'song', path: join(root, 'logs', 'song') });
    put(join(root, 'logs', 'second', '3_feature768', 'a.npy'), npy(5, 768));
    await expect(locateVoice(root)).rejects.toMatchObject({ code: 'NO_FEATURES', details: { voices: 2 } });
  });

  it('goes through a hard name', () => {
    expect(folder.path).toContain(HARD_NAME);
  });
});
