import { beforeEach, describe, expect, it } from 'vitest';
import type { ScanResult } from '@shared/contract/voices';
import { type Database, openDatabase } from '../../../../src/main/library/database';
import { Scans } from '../../../../src/main/library/scans';
import { indexFile, silentLog, voice } from '../../../fixtures/mainServices';

const SOURCE = 'source-00000001';
let database: Database;
beforeEach(() => {
  database = openDatabase(':memory:', silentLog);
  database.exec(`INSERT INTO source (id, path, kind, added) VALUES ('${SOURCE}', '/many', 'folder', 0)`);
});

const many = (voices: number): ScanResult => ({
  root: '/many',
  what: 'logs',
  voices: Array.from({ length: voices }, (_, number) =>
    voice(`/many/v${number}`, { indexes: [indexFile(`/many/v${number}/added.index`)] }),
  ),
  indexes: [indexFile('/many/loose.index', { place: 'outside' })],
});

/** As the next start reads it. */
function readAgain(): ScanResult | null {
  const row = database.prepare('SELECT scan FROM source').get() as { readonly scan: string | null };
  return new Scans(database).read(SOURCE, row.scan);
}

const rows = (): readonly string[] =>
  database
    .prepare('SELECT voices FROM found ORDER BY position')
    .all()
    .map((row) => (row as { readonly voices: string }).voices);

const always = (): boolean => true;

describe('what was found last', () => {
  it('is there at the next start, however much it was and has become', async () => {
    const scans = new Scans(database);
    expect(readAgain()).toBeNull();
    for (const voices of [0, 250, 1_001, 100, 3]) {
      await scans.keep(SOURCE, many(voices), always);
      expect(readAgain()).toEqual(many(voices));
    }
  });

  it('is written again only where a voice is another', async () => {
    const before = many(250);
    await new Scans(database).keep(SOURCE, before, always);
    database.exec(`CREATE TABLE writing (position INTEGER);
      CREATE TRIGGER wrote AFTER INSERT ON found BEGIN INSERT INTO writing VALUES (new.position); END`);
    const scans = new Scans(database);
    const known = scans.read(SOURCE, JSON.stringify({ ...before, voices: [] }));
    const voices = [...(known?.voices ?? [])];
    voices[120] = { ...before.voices[120]!, frames: 77 };
    await scans.keep(SOURCE, { ...before, voices }, always);
    expect(database.prepare('SELECT position FROM writing').all()).toEqual([{ position: 1 }]);
    expect(readAgain()?.voices[120]?.frames).toBe(77);
  });

  it('is read as earlier versions kept it, and kept as this one does from then on', async () => {
    const scan = many(150);
    database.prepare('UPDATE source SET scan = ?').run(JSON.stringify(scan));
    expect(readAgain()).toEqual(scan);
    const scans = new Scans(database);
    const known = scans.read(SOURCE, JSON.stringify(scan));
    await scans.keep(SOURCE, known!, always);
    expect(rows()).toHaveLength(2);
    expect(readAgain()).toEqual(scan);
  });

  it('is written no further when something newer was found, which is then written whole', async () => {
    const scans = new Scans(database);
    let steps = 0;
    await scans.keep(SOURCE, many(500), () => (steps += 1) < 2);
    expect(rows()).toHaveLength(2);
    await scans.keep(SOURCE, many(300), always);
    expect(readAgain()).toEqual(many(300));
  });

  it('lets others come to their turn between two rows', async () => {
    let turns = 0;
    const looking = setInterval(() => (turns += 1), 0);
    await new Scans(database).keep(SOURCE, many(3_000), always);
    clearInterval(looking);
    expect(turns).toBeGreaterThan(3);
  });

  it('is nothing when it is not understood, and is forgotten with its folder', async () => {
    const scans = new Scans(database);
    await scans.keep(SOURCE, many(150), always);
    database.exec(`UPDATE found SET voices = '[{}]' WHERE position = 1`);
    expect(readAgain()).toBeNull();
    scans.forget(SOURCE);
    expect(rows()).toEqual([]);
  });
});
