import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { channels } from '@shared/contract/channels';
import { pack } from '@shared/contract/packed';
import { type Measurement, measurementOutline } from '@shared/contract/measurement';
import { openDatabase } from '../../../../src/main/library/database';
import { type MeasuredIndex, Measurements } from '../../../../src/main/library/measurements';
import { voice } from '../../../fixtures/contract';
import { indexFile, measurement, silentLog } from '../../../fixtures/mainServices';

const file = indexFile('/rvc/logs/aria/a.index', { bytes: 1000, modified: 5.25 });

function measured(change: Partial<MeasuredIndex> = {}, of: Partial<Measurement> = {}): MeasuredIndex {
  const { path, modified, id, name } = file;
  return {
    path,
    modified,
    index: id,
    name,
    voice: 'voice-aria-00000000',
    recipe: 'balanced',
    measurement: measurement(of),
    ...change,
  };
}

function createStore() {
  const database = openDatabase(':memory:', silentLog);
  return { database, store: new Measurements(database) };
}

describe('what was measured', () => {
  it('comes back as the contract has it', () => {
    const { store } = createStore();
    store.keep('job-00000001', 7, [measured()]);
    const ofIndex = store.ofIndex(file);
    expect(ofIndex).toEqual({
      latest: measurement(),
      history: [
        {
          job: 'job-00000001',
          at: 7,
          hash: 'hash-1',
          recipe: 'balanced',
          nprobe: 8,
          vectors: 9000,
          recall: 0.9,
          missing: 0,
          same: null,
          reference: 'voice',
          origin: 'held-out',
          level: 'good',
        },
      ],
    });
    const ofJob = store.ofJob('job-00000001');
    expect(ofJob).toEqual([{ index: file.id, name: 'a.index', measurement: measurement() }]);
    expect(v.is(channels['measurements.ofIndex'].result, pack(ofIndex))).toBe(true);
    expect(v.is(channels['measurements.ofJob'].result, pack(ofJob))).toBe(true);
  });

  it('of several indexes by one job comes back in their order', () => {
    const { store } = createStore();
    const names = ['c.index', 'a.index', 'b.index'];
    store.keep(
      'job-00000001',
      7,
      names.map((name) => measured({ name, index: null, path: `/${name}` })),
    );
    expect(store.ofJob('job-00000001').map(({ name }) => name)).toEqual(names);
    expect(store.ofJob('job-00000002')).toEqual([]);
  });

  it('holds for the file only as it was then', () => {
    const { store } = createStore();
    store.keep('job-00000001', 1, [measured({}, { seconds: 1 })]);
    store.keep('job-00000002', 2, [measured({}, { seconds: 2 })]);
    expect(store.ofIndex(file).latest?.seconds).toBe(2);
    for (const changed of [{ bytes: 1001 }, { modified: 7 }]) {
      const { latest, history } = store.ofIndex({ ...file, ...changed });
      expect(latest).toBeNull();
      expect(history.map(({ at }) => at)).toEqual([1, 2]);
    }
    store.keep('job-00000003', 3, [measured({ modified: null })]);
    expect(store.ofIndex(file).latest?.seconds).toBe(2);
  });

  it('holds for a copy, whose time has whole milliseconds', () => {
    const { store } = createStore();
    store.keep('job-00000001', 1, [measured()]);
    const copy = { ...file, modified: Math.trunc(file.modified) };
    expect(store.ofIndex(copy).latest).not.toBeNull();
    expect(store.hashOf(copy)).toBe(store.hashOf(file));
  });

  it('tells of what is the same to the bit, until that is measured itself', () => {
    const { store } = createStore();
    const original = indexFile('/rvc/a.index');
    const copy = indexFile('/rvc/a (1).index', { copyOf: original.name });
    const of = voice({ indexes: [original, copy] });
    expect(store.tellerOf({ index: copy, voice: of })).toBe(original);
    expect(store.tellerOf({ index: copy, voice: { ...of, indexes: [copy] } })).toBe(copy);
    expect(store.tellerOf({ index: copy, voice: null })).toBe(copy);
    store.keep('job-00000001', 1, [measured({ path: copy.path, name: copy.name, modified: copy.modified })]);
    expect(store.tellerOf({ index: copy, voice: of })).toBe(copy);
    expect(store.tellerOf({ index: original, voice: of })).toBe(original);
  });

  it('of an older version, whose figures meant something else, counts as not measured', () => {
    const { store, database } = createStore();
    const { reference, relation, contents, ...older } = measurement();
    expect([reference, relation, contents]).toEqual(['voice', null, null]);
    store.keep('job-00000001', 1, [measured()]);
    const body = { ...older, original: null, queries: { ...older.queries, optimistic: false } };
    database.prepare('UPDATE measurement SET body = ?').run(JSON.stringify(body));
    expect(store.ofIndex(file).latest).toBeNull();
    expect(store.ofJob('job-00000001')).toEqual([]);
  });

  it('is left out when it is not understood any more; the next older one holds', () => {
    const { store, database } = createStore();
    store.keep('job-00000001', 1, [measured({}, { seconds: 1 })]);
    store.keep('job-00000002', 2, [measured({}, { seconds: 2 })]);
    for (const body of ['{"facts":1}', '{', 'null']) {
      database.prepare('UPDATE measurement SET body = ? WHERE job = ?').run(body, 'job-00000002');
      expect(store.ofJob('job-00000002')).toEqual([]);
      expect(store.ofIndex(file).latest?.seconds).toBe(1);
      expect(store.ofIndex(file).history).toHaveLength(2);
    }
    database.exec(`UPDATE measurement SET entry = '[' WHERE job = 'job-00000002'`);
    expect(store.ofIndex(file).history.map(({ at }) => at)).toEqual([1]);
  });
});

describe('the history', () => {
  it('follows the place and the content, and nothing else', () => {
    const { store } = createStore();
    const copy = { path: '/rvc/assets/indices/copy.index' };
    store.keep('job-00000001', 1, [measured({}, { hash: 'other' })]);
    store.keep('job-00000002', 2, [measured(copy)]);
    store.keep('job-00000003', 3, [measured()]);
    store.keep('job-00000004', 4, [measured({ path: '/else.index' }, { hash: 'else' })]);
    expect(store.ofIndex(file).history.map(({ at }) => at)).toEqual([1, 2, 3]);
    expect(store.ofIndex({ ...file, ...copy }).history.map(({ at }) => at)).toEqual([2, 3]);
    // What the file holds now is not known: only its place is left to go by.
    expect(store.ofIndex({ ...file, bytes: 2 }).history.map(({ at }) => at)).toEqual([1, 3]);
  });

  it('prefers what was held against the voice, also to newer ones held against the index itself', () => {
    const { store } = createStore();
    const { queries } = measurement();
    store.keep('job-00000001', 1, [measured({}, { queries: { ...queries, seed: 1 } })]);
    store.keep('job-00000002', 2, [measured({}, { reference: 'itself', queries: { ...queries, seed: 2 } })]);
    expect(store.ofIndex(file).latest?.queries.seed).toBe(1);
    store.keep('job-00000003', 3, [measured({}, { queries: { ...queries, seed: 3 } })]);
    expect(store.ofIndex(file).latest?.queries.seed).toBe(3);
  });

  it('goes with a file to its new name', () => {
    const { store } = createStore();
    store.keep('job-00000001', 1, [measured()]);
    store.follow(file.path, { path: '/rvc/logs/aria/new.index', name: 'new.index', index: 'index-new' });
    expect(store.ofIndex(file)).toEqual({ latest: null, history: [] });
    expect(store.ofIndex({ ...file, path: '/rvc/logs/aria/new.index' }).latest).toEqual(measurement());
    expect(store.ofJob('job-00000001')).toMatchObject([{ index: 'index-new', name: 'new.index' }]);
  });

  it('ends at the newest 200, and so do the pictures; what the verdict rests on is kept', () => {
    const { store, database } = createStore();
    for (let at = 1; at <= 205; at++) store.keep(`job-${String(at).padStart(8, '0')}`, at, [measured()]);
    const { history } = store.ofIndex(file);
    expect(history.map(({ at }) => at)).toEqual(Array.from({ length: 200 }, (_, i) => 6 + i));
    expect(store.ofJob('job-00000005')).toEqual([]);
    expect(store.ofJob('job-00000006')).toHaveLength(1);
    expect(database.prepare(`SELECT count(*) AS n FROM measurement WHERE body = ''`).get()).toEqual({ n: 5 });
  });

  it('leaves the verdict of an index whose pictures are gone', () => {
    const { store } = createStore();
    const other = { ...file, path: '/rvc/logs/bella/b.index' };
    store.keep('job-00000000', 0, [measured({ path: other.path }, { hash: 'hash-0' })]);
    for (let at = 1; at <= 200; at++) store.keep(`job-${String(at).padStart(8, '0')}`, at, [measured()]);
    expect(store.ofIndex(other).latest).toBeNull();
    expect(store.outlineOf(other)).toEqual(measurementOutline(measurement()));
    expect(store.outlineOf({ ...other, bytes: 7 })).toBeNull();
    expect([...store.hashes()]).toEqual(['hash-1']);
  });
});
