import { existsSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoragePart } from '@shared/contract/storage';
import { Bin } from '../../../../src/main/library/bin';
import { openDatabase } from '../../../../src/main/library/database';
import { Memory } from '../../../../src/main/library/memory';
import { StorageRoom } from '../../../../src/main/library/storage';
import { WrittenFiles } from '../../../../src/main/library/written';
import { FileLog } from '../../../../src/main/system/log';
import { silentLog } from '../../../fixtures/mainServices';
import { put, tree, useFolder } from '../../worker/support';

const folder = useFolder();
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);
const job = (number: number): string => `00000000-0000-4000-8000-00000000000${number}`;

function createRoom() {
  const database = openDatabase(':memory:', silentLog);
  const written = new WrittenFiles(database);
  const trashed: string[] = [];
  const system = { refuses: false };
  const trash = (path: string): Promise<void> => {
    if (system.refuses) return Promise.reject(new Error('There is no trash.'));
    trashed.push(path.slice(folder.path.length + 1));
    rmSync(path);
    return Promise.resolve();
  };
  const bin = new Bin({ memory: new Memory(database), trash, createId: () => crypto.randomUUID() });
  const library = { scanning: false, voices: [] as { id: string; indexes: { path: string }[] }[], indexes: [] };
  const active = new Set<string>();
  const removed: string[] = [];
  const room = new StorageRoom({
    built: { current: at('built'), isChosen: false, all: () => [at('built'), at('elsewhere')] },
    bin,
    written,
    library: { snapshot: () => library as never, removeAt: (path) => void removed.push(path) },
    takesRoot: at('takes'),
    tracesRoot: at('traces'),
    logRoot: at('logs'),
    sampleRoot: at('sample'),
    activeJobs: () => active,
    trash,
  });
  const of = async (part: StoragePart) => (await room.report()).parts.find((known) => known.part === part);
  return { room, written, trashed, system, bin, library, active, removed, of };
}

describe('what the app has written', () => {
  it('is nothing where nothing is', async () => {
    const { room } = createRoom();
    const { parts } = await room.report();
    expect(parts.every(({ files, bytes, cleanable }) => files + bytes + cleanable.files === 0)).toBe(true);
  });

  it('is built indexes of every folder, of which those without a voice can be cleaned', async () => {
    const { room, of, library, active, trashed } = createRoom();
    const kept = put(at('built', 'aaaa', job(1), 'a.index'), 'four');
    const orphan = put(at('built', 'bbbb', job(2), 'b.index'), 'four');
    put(`${orphan}.json`, '{}');
    put(at('elsewhere', 'merged', 'duet', job(3), 'c.index'), 'four');
    put(at('elsewhere', 'dddd', job(4), 'half.tmp'), 'four');
    put(at('elsewhere', 'holiday', 'd.index'), 'a person’s own');
    const full = put(at('built', 'cccc', job(5), 'of more indexes than are shown.index'), 'four');
    library.voices.push({ id: 'gone on', indexes: [{ path: kept }] }, { id: 'cccc', indexes: [] });
    active.add(job(4));
    library.scanning = true;
    expect(await of('built')).toMatchObject({ files: 4, cleanable: { files: 0 } });
    library.scanning = false;
    expect(await of('built')).toEqual({ part: 'built', files: 4, bytes: 22, cleanable: { files: 2, bytes: 10 } });
    await room.clean('built');
    expect(trashed.sort()).toEqual(
      [
        join('built', 'bbbb', job(2), 'b.index'),
        join('built', 'bbbb', job(2), 'b.index.json'),
        join('elsewhere', 'merged', 'duet', job(3), 'c.index'),
      ].sort(),
    );
    expect(await tree(at('elsewhere', 'holiday'))).toEqual(['d.index']);
    expect(existsSync(full)).toBe(true);
    expect(await of('built')).toMatchObject({ files: 2, cleanable: { files: 0, bytes: 0 } });
  });

  it('is backups, by their names and where they were written, and no others', async () => {
    const { room, of, written, trashed } = createRoom();
    const ours = ['a.index.backup-20260101-120000', 'a.index.backup-20260101-120000-2.json'].map((name) =>
      put(at('rvc', name), 'four'),
    );
    put(at('rvc', 'b.index.backup-20260101-120000'), 'of another program');
    const odd = put(at('rvc', 'a.index.old'), 'four');
    await written.keep(
      1,
      [...ours, odd].map((path) => ({ kind: 'backup' as const, path })),
    );
    expect(await of('backups')).toMatchObject({ files: 3, cleanable: { files: 2, bytes: 8 } });
    await room.clean('backups');
    expect(trashed).toHaveLength(2);
    expect((await tree(at('rvc'))).sort()).toEqual(['a.index.old', 'b.index.backup-20260101-120000']);
  });

  it('is copies, as long as nobody else has written to them', async () => {
    const { room, of, written, trashed } = createRoom();
    const [same, touched, rewritten] = ['a', 'b', 'c'].map((name) => put(at('rvc', `${name}.index`), 'four'));
    const files = [same!, touched!, rewritten!].map((path) => ({ kind: 'copy' as const, path }));
    await written.keep(1, files);
    utimesSync(touched!, 5, 5);
    put(rewritten!, 'trained again');
    expect(await of('copies')).toMatchObject({ files: 3, cleanable: { files: 1, bytes: 4 } });
    await room.clean('copies');
    expect(trashed).toEqual([join('rvc', 'a.index')]);
  });

  it('is takes and traces, which go for good, but not those of a job under way', async () => {
    const { room, of, active, trashed } = createRoom();
    put(at('takes', job(1), 'take.npy'), 'four');
    put(at('takes', job(2), 'take.npy'), 'four');
    put(at('traces', 'hash.trace'), 'four');
    active.add(job(2));
    expect(await of('takes')).toMatchObject({ files: 2, cleanable: { files: 1 } });
    await room.clean('takes');
    await room.clean('traces');
    expect(await tree(at('takes'))).toEqual([job(2), join(job(2), 'take.npy')]);
    expect(await tree(at('traces'))).toEqual([]);
    expect(trashed).toEqual([]);
  });

  it('is the log, which is begun anew when it is cleaned', async () => {
    const { room, of } = createRoom();
    const log = new FileLog(at('logs'), '/home/person');
    log.info('before');
    put(at('logs', 'voronoice.log.1'), 'older');
    expect(await of('log')).toMatchObject({ files: 2, cleanable: { files: 2 } });
    await room.clean('log');
    expect(await of('log')).toMatchObject({ files: 0 });
    log.info('after');
    expect(log.tail(9)).toEqual([expect.stringContaining('after')]);
  });

  it('is the sample voice, which leaves the library, too', async () => {
    const { room, of, removed } = createRoom();
    put(at('sample', 'logs', 'Sample voice', 'a.npy'), 'four');
    expect(await of('sample')).toMatchObject({ files: 1, bytes: 4 });
    await room.clean('sample');
    expect(await tree(at('sample'))).toEqual([]);
    expect(removed).toEqual([at('sample')]);
  });

  it('is what waits to be deleted', async () => {
    const { room, of, bin, trashed } = createRoom();
    await bin.put(put(at('built', 'aaaa', job(1), 'a.index'), 'four'));
    expect(await of('deleted')).toMatchObject({ files: 1, bytes: 4, cleanable: { files: 1 } });
    await room.clean('deleted');
    expect(trashed).toEqual([join('built', 'aaaa', job(1), 'a.index')]);
  });

  it('stays where there is no trash', async () => {
    const { room, written, system } = createRoom();
    const backup = put(at('rvc', 'a.index.backup-20260101-120000'), 'four');
    await written.keep(1, [{ kind: 'backup', path: backup }]);
    system.refuses = true;
    await expect(room.clean('backups')).rejects.toMatchObject({ code: 'NO_TRASH' });
    expect(existsSync(backup)).toBe(true);
    system.refuses = false;
    await room.clean('backups');
    expect(existsSync(backup)).toBe(false);
  });
});

describe('the limit for backups', () => {
  it('takes the oldest, and no more than it must', async () => {
    const { room, written, trashed } = createRoom();
    for (const day of ['03', '01', '02']) {
      const path = put(at('rvc', `a.index.backup-202601${day}-120000`), 'four');
      await written.keep(Number(day), [{ kind: 'backup', path }]);
    }
    await room.keepBackupsWithin({ bytes: 8, count: null });
    expect(trashed).toEqual([join('rvc', 'a.index.backup-20260101-120000')]);
    await room.keepBackupsWithin({ bytes: 0, count: null });
    expect(trashed).toHaveLength(3);
  });

  it('holds for how many there are, for their bytes, and for both', async () => {
    const { room, written, trashed } = createRoom();
    for (let day = 1; day <= 6; day++) {
      const path = put(at('rvc', `a.index.backup-2026010${day}-120000`), 'four');
      await written.keep(day, [{ kind: 'backup', path }]);
    }
    await room.keepBackupsWithin({ bytes: null, count: null });
    expect(trashed).toEqual([]);
    await room.keepBackupsWithin({ bytes: null, count: 4 });
    expect(trashed.map((path) => path.slice(-15, -7))).toEqual(['20260101', '20260102']);
    await room.keepBackupsWithin({ bytes: 12, count: 4 });
    await room.keepBackupsWithin({ bytes: 100, count: 2 });
    expect(trashed).toHaveLength(4);
    expect(await written.list('backup')).toHaveLength(2);
  });
});

describe('files written elsewhere', () => {
  it('are forgotten when they are gone, and not when their drive is', async () => {
    const { written } = createRoom();
    const [gone, away] = ['rvc', 'drive'].map((name) => put(at(name, 'a.index.backup-20260101-120000'), 'four'));
    await written.keep(1, [
      { kind: 'backup', path: gone! },
      { kind: 'backup', path: away! },
      { kind: 'backup', path: at('never') },
    ]);
    rmSync(gone!);
    rmSync(dirname(away!), { recursive: true });
    expect(await written.list('backup')).toEqual([]);
    put(gone!, 'four');
    put(away!, 'four');
    expect((await written.list('backup')).map(({ path }) => path)).toEqual([away]);
  });

  it('go along with the file they are of', async () => {
    const { written } = createRoom();
    const names = ['old.index.backup-20260101-120000', 'bold.index.backup-20260101-120000'];
    const files = names.map((name) => ({ kind: 'backup' as const, path: put(at(name), 'four') }));
    await written.keep(1, files);
    put(at('new.index.backup-20260101-120000'), 'four');
    written.follow(at('old.index'), at('new.index'));
    expect((await written.list('backup')).map(({ path }) => path)).toEqual([
      at('new.index.backup-20260101-120000'),
      at('bold.index.backup-20260101-120000'),
    ]);
  });
});
