import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFailure } from '@shared/contract/errors';
import { Host } from '@shared/contract/primitives';
import { HOSTS } from '@shared/domain/hosts';
import type { RequestOf, WorkKind } from '@shared/jobs';
import { run } from '../../src/worker/run';
import { zip } from '../fixtures/zips';
import { dealt, ivfFlat, put } from '../unit/worker/support';
import { onDisk } from './control';
import { WITH_ENGINE } from './jobs';
import { hasShim } from './shim';

/**
 * On a disk that does not tell names apart by case, `Aria` and `aria` are one name: of Windows, of a Mac, of a memory card.
 * What is there under it in another case is neither lost nor taken for something else.
 */

const ONE = ivfFlat(dealt(40, 5), 256, { nprobe: 1 });
const FOUR = ivfFlat(dealt(40, 5), 256, { nprobe: 4 });
/** Of the same name as the first, where the name says what it is like. */
const LARGER = ivfFlat(dealt(45, 5), 256, { nprobe: 1 });
const EXPORT = { kind: 'export', host: 'applio', slot: null, setAside: true, link: false } as const;

let place = '';
const at = (...parts: readonly string[]): string => join(place, ...parts);
beforeEach(() => void (place = mkdtempSync(join(tmpdir(), 'voronoice-case-'))));
afterEach(() => rmSync(place, { recursive: true, force: true }));

const done = <K extends WorkKind>(request: RequestOf<K>) =>
  onDisk(place, { folding: true }, () => run(request, WITH_ENGINE));
/** The code it fails with. */
const refused = async <K extends WorkKind>(request: RequestOf<K>): Promise<string> =>
  done(request).then(
    () => 'done',
    (error: unknown) => toFailure(error).code,
  );
const bytesAt = (...parts: readonly string[]): string => readFileSync(at(...parts)).toString('base64');
const bytesOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe.runIf(hasShim())('where names are not told apart by case', () => {
  it('a voice is not made in the folder of another', async () => {
    put(at('logs', 'Aria', 'mine.txt'), 'mine');
    const request = { kind: 'sample', root: at(), name: 'aria', minutes: 0.05, version: 'v1', seed: 4 } as const;
    expect(await refused(request)).toBe('FILE_EXISTS');
    expect(readdirSync(at('logs', 'Aria'))).toEqual(['mine.txt']);
    expect(readdirSync(at('logs'))).toEqual(['Aria']);
  });

  it('an index gets its name in another case, with all that is its own', async () => {
    const backup = 'aria.index.backup-20260101-120000';
    const index = put(at('aria.index'), ONE);
    put(at('aria.index.json'), '{}');
    put(at(backup), FOUR);
    const change = { type: 'name', name: 'Aria.index' } as const;
    expect(await done({ kind: 'repair', index, change, out: null })).toMatchObject({ index: at('Aria.index') });
    expect(readdirSync(at()).sort()).toEqual(['Aria.index', 'Aria.index.backup-20260101-120000', 'Aria.index.json']);
    expect(bytesAt('Aria.index')).toBe(bytesOf(ONE));
    expect(bytesAt('Aria.index.backup-20260101-120000')).toBe(bytesOf(FOUR));
  });

  it('an index that has both names, where they are told apart, gets neither a second time', async () => {
    const index = put(at('aria.index'), ONE);
    linkSync(index, at('Aria.index'));
    const change = { type: 'name', name: 'Aria.index' } as const;
    const renamed = run({ kind: 'repair', index, change, out: null }, WITH_ENGINE);
    await expect(renamed).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readdirSync(at()).sort()).toEqual(['Aria.index', 'aria.index']);
  });

  it('an index does not get the name of another in another case', async () => {
    const index = put(at('other.index'), ONE);
    put(at('Added_x.index'), FOUR);
    const change = { type: 'name', name: 'added_x.index' } as const;
    expect(await refused({ kind: 'repair', index, change, out: null })).toBe('FILE_EXISTS');
    const beside = { kind: 'repair', index, change: { type: 'nprobe', nprobe: 3 }, out: at('added_x.index') } as const;
    expect(await refused(beside)).toBe('FILE_EXISTS');
    expect(await refused({ ...beside, out: at('OTHER.index') })).toBe('FILE_EXISTS');
    expect(readdirSync(at()).sort()).toEqual(['Added_x.index', 'other.index']);
    expect([bytesAt('other.index'), bytesAt('Added_x.index')]).toEqual([bytesOf(ONE), bytesOf(FOUR)]);
  });

  it('a hand-over replaces an index of its name in another case, keeps it, and is taken back', async () => {
    put(at('host', 'logs', 'aria', 'aria.index'), FOUR);
    const index = put(at('built', 'a.index'), ONE);
    const { files, backups, marks } = await done({ ...EXPORT, index, root: at('host'), name: 'Aria' });
    const folder = ['host', 'logs', 'aria'] as const;
    expect(readdirSync(at('host', 'logs'))).toEqual(['aria']);
    expect(readdirSync(at(...folder))).toHaveLength(2);
    expect(bytesAt(...folder, 'aria.index')).toBe(bytesOf(ONE));
    const [kept = ''] = readdirSync(at(...folder)).filter((name) => name.includes('backup'));
    expect(bytesAt(...folder, kept)).toBe(bytesOf(FOUR));
    const [path = '', backup = null, mark] = [files[0], backups[0], marks?.[0]];
    await done({ kind: 'takeBack', files: [{ path, backup, ...(mark === undefined ? {} : { mark }) }] });
    expect(bytesAt(...folder, 'aria.index')).toBe(bytesOf(FOUR));
  });

  it.each(Host.options)('a hand-over to %s meets one of before in another case, and both stay', async (host) => {
    const root = at('host');
    put(join(root, HOSTS[host].home, 'mute', 'x'));
    const slot = join(root, HOSTS[host].home, '0', 'params.json');
    if (HOSTS[host].slots !== null) put(slot, '{"voiceChangerType": "RVC", "name": "song", "indexFile": ""}');
    const asked = { ...EXPORT, host, root, setAside: true } as const;
    await done({ ...asked, index: put(at('built', 'a.index'), LARGER), name: 'aria' });
    const { files } = await done({ ...asked, index: put(at('built', 'b.index'), ONE), name: 'Aria' });
    const found = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const contents = found.map(({ parentPath, name }) => readFileSync(join(parentPath, name)).toString('base64'));
    expect(contents).toContain(bytesOf(LARGER));
    for (const path of files) {
      const entry = found.find(({ parentPath, name }) => join(parentPath, name).toLowerCase() === path.toLowerCase());
      expect(readFileSync(join(entry?.parentPath ?? '', entry?.name ?? '')).toString('base64')).toBe(bytesOf(ONE));
    }
  });

  it('a hand-over into a slot takes the index there for the one of its name', async () => {
    const slot = (name: string): string => at('client', 'model_dir', '0', name);
    put(slot('params.json'), '{"voiceChangerType": "RVC", "name": "song", "indexFile": "Song.index"}');
    put(slot('Song.index'), FOUR);
    const index = put(at('built', 'a.index'), ONE);
    await done({ ...EXPORT, host: 'wokada', index, root: at('client'), name: 'song', slot: '0' });
    const names = readdirSync(at('client', 'model_dir', '0'));
    const contents = names.map((name) => bytesAt('client', 'model_dir', '0', name));
    expect(contents).toContain(bytesOf(FOUR));
    expect(contents).toContain(bytesOf(ONE));
    const { indexFile } = JSON.parse(readFileSync(slot('params.json'), 'utf8')) as { indexFile: string };
    const named = names.find((name) => name.toLowerCase() === indexFile.toLowerCase()) ?? '';
    expect(bytesAt('client', 'model_dir', '0', named)).toBe(bytesOf(ONE));
  });

  it('what differs by case in an archive is unpacked beside each other, and so are two archives', async () => {
    const parts = [
      { name: 'Mira/a.index', content: ONE },
      { name: 'Mira/A.index', content: FOUR },
      { name: 'mira/deep/notes.txt', content: 'notes' },
    ];
    const [first, second] = [put(at('one', 'Mira.zip'), zip(parts)), put(at('two', 'mira.zip'), zip(parts))];
    mkdirSync(at('unpacked'));
    for (const archive of [first, second]) await done({ kind: 'unpack', archive, root: at('unpacked') });
    const folders = readdirSync(at('unpacked'));
    expect(folders).toHaveLength(2);
    for (const folder of folders) {
      const names = readdirSync(at('unpacked', folder), { recursive: true, withFileTypes: true });
      const files = names.filter((entry) => entry.isFile());
      expect(files).toHaveLength(3);
      const contents = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name)).toString('base64'));
      expect(contents.sort()).toEqual([bytesOf(ONE), bytesOf(FOUR), bytesOf(Buffer.from('notes'))].sort());
    }
  });
});
