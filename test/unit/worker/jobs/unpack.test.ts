import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { Sight } from '@shared/jobs/look';
import { look } from '../../../../src/worker/jobs/look';
import { scan } from '../../../../src/worker/jobs/scan';
import { unpack } from '../../../../src/worker/jobs/unpack';
import * as make from '../../../fixtures/pickles';
import { zip, type ZipPart } from '../../../fixtures/zips';
import { dealt, ivfFlat, npy, put, recordingContext, useFolder } from '../support';

const folder = useFolder();
const root = (): string => join(folder.path, 'unpacked');
const archive = (parts: readonly ZipPart[], name = 'Mira.zip'): string => put(join(folder.path, name), zip(parts));
const unpacked = (path: string) => unpack({ kind: 'unpack', archive: path, root: root() }, recordingContext());

/** As people share a voice: nested, made on a Mac. */
const SHARED: readonly ZipPart[] = [
  { name: 'Mira/' },
  { name: 'Mira/Mira.pth', content: make.voiceModel(768), deflate: true },
  { name: 'Mira/added_IVF2_Flat_nprobe_1_Mira_v2.index', content: ivfFlat(dealt(90, 2), 768), deflate: true },
  { name: '__MACOSX/Mira/._Mira.pth', content: 'x' },
  { name: 'Mira/.DS_Store', content: 'x' },
];

async function described(path: string) {
  const seen = await look({ kind: 'look', path, home: null }, recordingContext());
  expect(v.parse(Sight, seen)).toEqual(seen);
  if (seen.what !== 'archive') throw new Error(`It was taken for ${seen.what}.`);
  return seen.archive;
}

describe('an archive', () => {
  it('is refused, and described all the same, where it says lengths that no number counts', async () => {
    const path = archive([
      { name: 'a.npy', content: 'x', deflate: true, bytes: 2 ** 62 },
      { name: 'b.npy', content: 'x', deflate: true, bytes: 2 ** 62 },
    ]);
    const problem = { code: 'ARCHIVE_TOO_LARGE' };
    expect(await described(path)).toMatchObject({ unpacked: 2 ** 63, problems: [problem] });
    await expect(unpacked(path)).rejects.toMatchObject(problem);
  });

  it('is told by what is in it', async () => {
    const page = { name: 'fake.index', content: '<html>404</html>' };
    const found = await described(archive([...SHARED, page, { name: 'Mira/0_0.npy', content: npy(3, 768) }]));
    expect(found).toMatchObject({
      type: 'archive',
      files: 4,
      kinds: { model: 1, index: 1, features: 1, sound: 0, archive: 0, other: 1 },
      problems: [],
    });
    expect(found.entries.map(({ name, what }) => [what, name])).toEqual([
      ['model', 'Mira/Mira.pth'],
      ['index', 'Mira/added_IVF2_Flat_nprobe_1_Mira_v2.index'],
      ['features', 'Mira/0_0.npy'],
      ['other', 'fake.index'],
    ]);
  });

  it('is told with the facts of its models, and whether the indexes beside them fit', async () => {
    const other = 'Mira/added_IVF2_Flat_nprobe_1_Mira_v1.index';
    const evil = make.pickle(make.call(make.named('posix', 'system'), make.text('true')));
    // As PyTorch writes it: a ZIP whose first file is the pickle.
    const zipped = zip([
      { name: 'Mira/data.pkl', content: make.voiceModel(256, { sr: make.text('48k'), info: make.text('250epoch') }) },
      { name: 'Mira/data/0', content: 'weights' },
    ]);
    const found = await described(
      archive([
        ...SHARED,
        { name: other, content: ivfFlat(dealt(90, 2), 256) },
        { name: 'zipped.pth', content: zipped, deflate: true },
        { name: 'packed.pth', content: zip([{ name: 'Mira/data.pkl', content: make.voiceModel(256), deflate: true }]) },
        { name: 'evil.pth', content: evil },
        { name: 'G_2333.pth', content: make.pickle(make.dictionary({ other: make.int(1) })) },
      ]),
    );
    const models = Object.fromEntries(
      found.entries.flatMap(({ name, model }) => (model === null ? [] : [[name, model]])),
    );
    expect(models['Mira/Mira.pth']).toMatchObject({ facts: { what: 'voice', version: 'v2' }, problem: null });
    expect(models['Mira/Mira.pth']?.fits).toEqual({
      'Mira/added_IVF2_Flat_nprobe_1_Mira_v2.index': { fits: 'yes' },
      [other]: { fits: 'no', reason: 'dimension', model: 768, index: 256 },
    });
    expect(models['zipped.pth']).toMatchObject({ facts: { version: 'v1', sampleRate: 48_000, epochs: 250 } });
    expect(models['packed.pth']).toEqual({ facts: null, problem: null, fits: {} });
    expect(models['evil.pth']).toMatchObject({ facts: null, problem: { code: 'MODEL_RUNS_CODE' }, fits: {} });
    expect(models['G_2333.pth']).toMatchObject({ facts: { what: 'other' }, problem: { code: 'MODEL_NOT_VOICE' } });
    expect(found.entries.find(({ name }) => name === other)?.model).toBeNull();
  });

  it('is unpacked into a folder of its own, which is a voice', async () => {
    const { folder: made, files } = await unpacked(archive(SHARED));
    expect(made).toBe(join(root(), 'Mira'));
    expect(files).toBe(2);
    expect(readdirSync(join(made, 'Mira')).sort()).toEqual(['Mira.pth', 'added_IVF2_Flat_nprobe_1_Mira_v2.index']);
    expect(readFileSync(join(made, 'Mira', 'Mira.pth'))).toEqual(Buffer.from(make.voiceModel(768)));
    expect(statSync(join(made, 'Mira', 'Mira.pth')).mtime.getFullYear()).toBe(2025);
    const { voices } = await scan(
      { kind: 'scan', path: root(), home: null, built: [], pointed: {} },
      recordingContext(),
    );
    expect(voices).toMatchObject([{ name: 'Mira', models: [{ name: 'Mira.pth' }], indexes: [{ kind: 'added' }] }]);
    expect(Object.values(voices[0]!.models[0]!.fits)).toEqual([{ fits: 'yes' }]);
  });

  it('of a model alone is kept as such', async () => {
    await unpacked(archive([{ name: 'Mira.pth', content: make.voiceModel(768) }]));
    const found = await scan({ kind: 'scan', path: root(), home: null, built: [], pointed: {} }, recordingContext());
    expect(found).toMatchObject({ what: 'models', voices: [], models: [{ name: 'Mira.pth' }] });
  });

  it('never takes the place of another, and keeps two entries of one name', async () => {
    const path = archive([
      { name: 'a.pth', content: '1' },
      { name: 'a.pth', content: '2' },
    ]);
    await unpacked(path);
    const { folder: second } = await unpacked(path);
    expect(readdirSync(root()).sort()).toEqual(['Mira', 'Mira (2)']);
    expect(readFileSync(join(second, 'a.pth'), 'utf8')).toBe('1');
    expect(readFileSync(join(second, 'a (2).pth'), 'utf8')).toBe('2');
  });

  it.each([
    ['a file', 0o100644, true],
    ['what says nothing of its kind', 0o644, true],
    ['a link', 0o120777, false],
    ['a pipe', 0o010644, false],
    ['a device', 0o020666, false],
    ['a socket', 0o140755, false],
    ['a link that was made on a Mac', 0o120777, false, 19],
    ['what looks like one where no system notes it', 0o120777, true, 10],
  ])('may hold only files and folders: %s', async (_, mode, may, madeOn = 3) => {
    const { problems } = await described(
      archive([
        { name: 'Mira/', mode: 0o040755 },
        { name: 'Mira/a.npy', mode, madeOn },
      ]),
    );
    expect(problems.map(({ code }) => code)).toEqual(may ? [] : ['ARCHIVE_UNSAFE']);
  });

  it('keeps names of a code page that it does not name', async () => {
    const name = Buffer.from('c0bdbcba2fb0a1bcf62e707468', 'hex');
    const { folder: made } = await unpacked(archive([{ name, content: 'x' }]));
    expect(existsSync(join(made, '음성', '가수.pth'))).toBe(true);
  });

  it.each<[string, readonly ZipPart[], string, string]>([
    [
      'climbs',
      [{ name: 'ok.pth' }, { name: '../../evil.pth', content: 'x' }],
      'ARCHIVE_UNSAFE',
      '"../../evil.pth" would be written outside its folder.',
    ],
    [
      'climbs with the separator of Windows',
      [{ name: Buffer.from('..\\evil.pth'), content: 'x' }],
      'ARCHIVE_UNSAFE',
      '"../evil.pth" would be written outside its folder.',
    ],
    [
      'names a place of its own',
      [{ name: '/tmp/evil.pth', content: 'x' }],
      'ARCHIVE_UNSAFE',
      '"/tmp/evil.pth" names a place of its own on the disk.',
    ],
    [
      'holds a link',
      [{ name: 'lib', content: '/etc', mode: 0o120777 }],
      'ARCHIVE_UNSAFE',
      '"lib" is a link, which could lead anywhere.',
    ],
    [
      'is encrypted',
      [{ name: 'Mira.pth', content: 'secret', encrypted: true }],
      'ARCHIVE_ENCRYPTED',
      '"Mira.pth" is encrypted: a password is needed.',
    ],
    [
      'is packed in an unknown way',
      [{ name: 'Mira.pth', content: 'x', method: 14 }],
      'ARCHIVE_CORRUPT',
      '"Mira.pth" is packed in a way that is not known here.',
    ],
    [
      'is a bomb of one file',
      [{ name: 'zeros', content: new Uint8Array(2 ** 20), deflate: true, bytes: 2 ** 31 }],
      'ARCHIVE_TOO_LARGE',
      'This is a bomb: unpacked it would be',
    ],
    [
      'is a bomb of many that share their bytes',
      Array.from({ length: 4_000 }, (_, at) => ({
        name: `${at}`,
        content: new Uint8Array(2 ** 20),
        deflate: true,
        sharesFirst: at > 0,
      })),
      'ARCHIVE_TOO_LARGE',
      'This is a bomb: unpacked it would be',
    ],
    ['is empty', [], 'ARCHIVE_CORRUPT', 'There is no file in this archive.'],
    ['is damaged', [{ name: 'Mira.pth', content: 'some bytes', crc: 1 }], 'ARCHIVE_CORRUPT', '"Mira.pth" is damaged.'],
    [
      'gives more than it says',
      [{ name: 'Mira.pth', content: new Uint8Array(5_000), deflate: true, bytes: 10 }],
      'ARCHIVE_CORRUPT',
      'too many bytes in the stream. expected 10.',
    ],
  ])('that %s is refused, and nothing of it is written', async (_what, parts, code, message) => {
    const path = archive(parts);
    await expect(unpacked(path)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
    expect(existsSync(root()) ? readdirSync(root()) : []).toEqual([]);
    expect(readdirSync(folder.path).filter((name) => name.includes('evil'))).toEqual([]);
  });

  it('says what is wrong with it before it is unpacked', async () => {
    const climbing = await described(archive([{ name: '../evil.pth', content: 'x' }]));
    expect(climbing.problems).toMatchObject([{ code: 'ARCHIVE_UNSAFE', details: { reason: 'climbs' } }]);
    const cut = put(join(folder.path, 'cut.zip'), zip(SHARED).subarray(0, 300));
    expect((await described(cut)).problems).toMatchObject([{ code: 'ARCHIVE_CORRUPT' }]);
  });

  it('is listed by its first hundred files, and looked into by its first twenty models and indexes', async () => {
    const models = Array.from({ length: 21 }, (_, at) => ({ name: `${at}.pth`, content: make.voiceModel(768) }));
    const others = Array.from({ length: 99 }, (_, at) => ({ name: `${at}.npy`, content: 'x' }));
    const found = await described(archive([...others, ...models]));
    expect([found.files, found.entries.length, found.kinds.features]).toEqual([120, 100, 99]);
    const looked = found.entries.filter(({ what, model }) => what === 'model' && model !== null);
    expect([looked.length, found.entries.filter(({ what }) => what === 'model').length]).toEqual([20, 21]);
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const context = recordingContext();
    const stop = new AbortController();
    const progress = (): void => stop.abort();
    const asked = { kind: 'unpack', archive: archive(SHARED), root: root() } as const;
    await expect(unpack(asked, { ...context, signal: stop.signal, progress })).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
    expect(existsSync(root()) ? readdirSync(root()) : []).toEqual([]);
  });
});
