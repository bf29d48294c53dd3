import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Journal } from '../../src/main/jobs/journal';
import { newJob } from '../../src/main/jobs/transitions';
import { Bin } from '../../src/main/library/bin';
import { BuiltFolders } from '../../src/main/library/builtFolders';
import { type Database, openDatabase } from '../../src/main/library/database';
import { Memory } from '../../src/main/library/memory';
import { SettingsStore } from '../../src/main/library/settings';
import { Shelf } from '../../src/main/library/shelf';
import { StorageRoom } from '../../src/main/library/storage';
import { WrittenFiles } from '../../src/main/library/written';
import { FileLog } from '../../src/main/system/log';
import { writeWhole } from '../../src/main/system/wholeFile';
import { silentLog } from '../fixtures/mainServices';
import { put } from '../unit/worker/support';
import type { At } from './jobs';

/** Something that main itself writes. */
export interface Writer {
  readonly name: string;
  readonly prepare: (at: At) => void;
  /** Makes it ready; what is refused is what `act` does. */
  readonly begin: (at: At) => Act;
}

export interface Act {
  readonly act: () => unknown;
  /** Once nothing is refused any more. @returns what is wrong */
  readonly end: (outcome: 'done' | 'failed') => Promise<readonly string[]> | readonly string[];
}

/** The library and what lies beside it is looked at by what it says: its bytes differ each time. */
export const DATA = 'data';

const libraryAt = (at: At): Database => openDatabase(at(DATA, 'library.db'), silentLog);

/** As the next start of the app finds it: in a copy, for what failed may be half open in this process still. */
function withLibrary(at: At, use: (database: Database) => readonly string[]): readonly string[] {
  const later: At = (...parts) => at('later', ...parts);
  cpSync(at(DATA), later(DATA), { recursive: true });
  const database = libraryAt(later);
  try {
    return [...use(database), ...readdirSync(later(DATA)).filter((name) => name.includes('.broken'))];
  } finally {
    database.close();
  }
}

const OWN = ['a.index', 'a.index.json', 'a.index.backup-20260101-120000'];
/** Of each of them, its name as JSON. */
const contentOf = (name: string): string => JSON.stringify(name);
const index = (at: At): string => at('voice', 'job', 'a.index');

function prepareIndex(at: At): void {
  mkdirSync(at(DATA));
  libraryAt(at).close();
  for (const name of OWN) put(at('voice', 'job', name), contentOf(name));
}

/** A bin whose trash is a folder beside. */
function binAt(at: At, database: Database): Bin {
  mkdirSync(at(DATA, 'trash'), { recursive: true });
  const trash = (path: string): Promise<void> => rename(path, at(DATA, 'trash', basename(path)));
  return new Bin({ memory: new Memory(database), trash, createId: () => 'bin-item' });
}

/** Whatever happened, each file can be had back, whole. */
async function haveAllBack(at: At, database: Database): Promise<readonly string[]> {
  await binAt(at, database).putAllBack();
  const faults = OWN.filter((name) => {
    const path = [at('voice', 'job', name), at(DATA, 'trash', name)].find((candidate) => existsSync(candidate));
    return path === undefined || readFileSync(path, 'utf8') !== contentOf(name);
  });
  database.close();
  return faults.map((name) => `${name} is lost`);
}

function deleting(name: string, act: (bin: Bin, at: At) => Promise<unknown>, isDeletedBefore: boolean): Writer {
  return {
    name,
    prepare: (at) => {
      prepareIndex(at);
      if (!isDeletedBefore) return;
      const place = at('voice', 'job', '.voronoice-deleted', 'bin-item');
      mkdirSync(place, { recursive: true });
      for (const own of OWN) renameSync(at('voice', 'job', own), join(place, own));
      const database = libraryAt(at);
      new Memory(database).set('bin', [{ id: 'bin-item', folder: at('voice', 'job'), names: OWN }]);
      database.close();
    },
    begin: (at) => {
      const database = libraryAt(at);
      const bin = binAt(at, database);
      return { act: () => act(bin, at), end: () => haveAllBack(at, database) };
    },
  };
}

const BACKUPS = [1, 2, 3].map((day) => `a.index.backup-2026010${day}-120000`);
const NOTE = { starred: true, note: 'mine' } as const;
const JOB = { kind: 'sample', root: '/r', name: 'n', minutes: 1, version: 'v2', seed: 1 } as const;
const job = (number: number) =>
  newJob({ id: `job-000${number}`, request: { kind: 'sample' }, subject: 's', voice: null, rank: 1, now: number });

export const WRITERS: readonly Writer[] = [
  {
    name: 'settings',
    prepare: (at) => {
      mkdirSync(at(DATA));
      new SettingsStore(at('settings.json'), silentLog).set({ volume: 0.1 });
    },
    begin: (at) => {
      const settings = new SettingsStore(at('settings.json'), silentLog);
      return {
        act: () => void settings.set({ volume: 0.2 }),
        end: (outcome) => {
          const { volume } = new SettingsStore(at('settings.json'), silentLog).get();
          return volume === (outcome === 'done' ? 0.2 : 0.1) ? [] : [`${outcome}, and the volume is ${volume}`];
        },
      };
    },
  },
  deleting('deleting', (bin, at) => bin.put(index(at)), false),
  deleting('taking the deleting back', (bin) => bin.putBack('bin-item'), true),
  deleting('moving what was deleted to the trash', (bin) => bin.empty(), true),
  {
    name: 'cleaning backups',
    prepare: (at) => {
      prepareIndex(at);
      for (const name of BACKUPS) put(at('voice', name), 'four');
    },
    begin: (at) => {
      const database = libraryAt(at);
      const written = new WrittenFiles(database);
      const insert = database.prepare("INSERT INTO written VALUES (?, 'backup', ?, 4, NULL)");
      BACKUPS.forEach((name, day) => insert.run(at('voice', name), day));
      mkdirSync(at(DATA, 'trash'), { recursive: true });
      const room = new StorageRoom({
        built: { current: at('built'), isChosen: false, all: () => [] },
        bin: { files: () => [], empty: () => Promise.resolve() },
        written,
        library: { snapshot: () => ({}) as never, removeAt: () => undefined },
        takesRoot: at('takes'),
        tracesRoot: at('traces'),
        logRoot: at('logs'),
        sampleRoot: at('sample'),
        activeJobs: () => new Set(),
        trash: (path) => rename(path, at(DATA, 'trash', basename(path))),
      });
      return {
        act: () => room.keepBackupsWithin({ bytes: null, count: 1 }),
        end: async () => {
          const lost = BACKUPS.filter((name) => !existsSync(at('voice', name)) && !existsSync(at(DATA, 'trash', name)));
          const known = (await written.list('backup')).map(({ path }) => basename(path));
          database.close();
          const forgotten = BACKUPS.filter((name) => existsSync(at('voice', name)) && !known.includes(name));
          return [...lost.map((name) => `${name} is lost`), ...forgotten.map((name) => `${name} is forgotten`)];
        },
      };
    },
  },
  {
    name: 'journal',
    prepare: prepareIndex,
    begin: (at) => {
      const database = libraryAt(at);
      const journal = new Journal(database, silentLog);
      return {
        act: () => {
          for (const number of [1, 2, 3]) journal.write({ snapshot: job(number), work: JOB });
          journal.remove(job(2).id);
        },
        end: (outcome) => {
          journal.write({ snapshot: job(4), work: JOB });
          database.close();
          const ids = withLibrary(at, (again) =>
            new Journal(again, silentLog).read().map(({ snapshot }) => snapshot.id),
          );
          const right = outcome === 'done' && ids.join() === [1, 3, 4].map((number) => job(number).id).join();
          return right ? [] : [`${outcome}, and the journal says ${ids.join()}`];
        },
      };
    },
  },
  {
    name: 'notes and stars',
    prepare: prepareIndex,
    begin: (at) => {
      const database = libraryAt(at);
      const named = { id: 'index-1', content: 'content-1' };
      const shelf = (of: Database): Shelf =>
        new Shelf({ database: of, indexes: () => [named], publish: () => undefined });
      return {
        act: () => shelf(database).set(named, NOTE),
        end: (outcome) => {
          database.close();
          return withLibrary(at, (again) => {
            const { note } = shelf(again).of(named);
            return note === (outcome === 'done' ? 'mine' : '') ? [] : [`${outcome}, and the note is "${note}"`];
          });
        },
      };
    },
  },
  {
    name: 'the library, made for the first time',
    prepare: (at) => mkdirSync(at(DATA)),
    begin: (at) => ({ act: () => libraryAt(at).close(), end: () => withLibrary(at, () => []) }),
  },
  {
    name: 'the library, opened',
    prepare: (at) => {
      prepareIndex(at);
      const database = libraryAt(at);
      new Memory(database).set('kept', 1);
      database.close();
    },
    begin: (at) => ({
      act: () => libraryAt(at).close(),
      end: () =>
        withLibrary(at, (database) =>
          database.prepare("SELECT 1 FROM memory WHERE key = 'kept'").get() === undefined
            ? ['what was kept is gone']
            : [],
        ),
    }),
  },
  {
    name: 'the log, and its moving aside',
    prepare: (at) => {
      mkdirSync(at(DATA));
      put(at(DATA, 'logs', 'voronoice.log'), 'x'.repeat(1_000_001));
      put(at(DATA, 'logs', 'voronoice.log.1'), 'older');
    },
    begin: (at) => {
      const log = new FileLog(at(DATA, 'logs'), '/home/person');
      return {
        act: () => log.info('a line'),
        end: (outcome) => (outcome === 'done' ? [] : ['the log stops what it tells of']),
      };
    },
  },
  {
    name: 'diagnostics, over those of before',
    prepare: (at) => {
      mkdirSync(at(DATA));
      put(at('diagnostics.zip'), 'old');
    },
    begin: (at) => ({ act: () => writeWhole(at('diagnostics.zip'), Buffer.from('new')), end: () => [] }),
  },
  {
    name: 'a folder for built indexes',
    prepare: (at) => {
      prepareIndex(at);
      mkdirSync(at('elsewhere'));
    },
    begin: (at) => {
      const database = libraryAt(at);
      const built = new BuiltFolders(new Memory(database), at('built'));
      return {
        act: () => built.choose(at('elsewhere')),
        end: (outcome) => {
          const { isChosen } = built;
          database.close();
          return isChosen === (outcome === 'done')
            ? []
            : [`${outcome}, and the folder is ${isChosen ? '' : 'not '}chosen`];
        },
      };
    },
  },
];
