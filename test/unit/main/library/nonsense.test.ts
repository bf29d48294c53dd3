import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Channel, channels } from '@shared/contract/channels';
import { answer, type Handlers } from '../../../../src/main/ipc/register';
import { createMain, indexFile, measurement, silentLog, voice } from '../../../fixtures/mainServices';

let folder = '';
const at = (name: string): string => join(folder, name);

/** A library with a row in every table. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-nonsense-'));
  const main = createMain({ databasePath: at('sound.sqlite') });
  const index = indexFile('/rvc/logs/aria/added.index');
  const voices = [voice('/rvc/logs/aria', { indexes: [index] })];
  main.disk.set('/rvc', { root: '/rvc', what: 'rvc', voices, indexes: [] });
  await main.library.add('/rvc');
  main.shelf.set({ id: index.id }, { starred: true, note: 'mine', repairedFrom: 2 });
  const { path, id, name } = index;
  main.measurements.keep('job-00000001', 1, [
    { path, modified: 1, index: id, name, voice: null, recipe: null, measurement: measurement() },
  ]);
  main.jobs.start({ kind: 'sample' });
  writeFileSync(at('a.index'), '');
  main.database
    .prepare("INSERT INTO written (path, kind, at, bytes, modified) VALUES (?, 'backup', 1, 1, 1)")
    .run(at('a.index'));
  main.database.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const NONSENSE = ['', '__proto__', 'x'.repeat(40_000), '['.repeat(50_000), -1, 2n ** 62n, 1e308, null];

/** What a page begins with, and what reads the other tables. */
const ASKED: { readonly [C in Channel]?: unknown } = {
  'library.get': null,
  'shelf.get': null,
  'jobs.list': null,
  'jobs.areKept': null,
  'storage.get': null,
  'marks.get': { voice: 'voice-aria-00000000' },
  'measurements.outlines': { indexes: ['index-added-index'] },
  'measurements.ofIndex': { id: 'index-added-index' },
  'measurements.ofJob': { id: 'job-00000001' },
  'jobs.start': { kind: 'sample' },
  'library.refresh': null,
};

async function ask(handlers: Handlers, channel: Channel): Promise<string | null> {
  const { argument: argumentSchema, result }: { argument: v.GenericSchema; result: v.GenericSchema } =
    channels[channel];
  const handler = handlers[channel] as (argument: never) => unknown;
  const request = {
    channel,
    event: {} as never,
    argument: ASKED[channel],
    argumentSchema,
    resultSchema: result,
    handler,
  };
  const reply = await answer(request, { accepts: () => true } as never, silentLog);
  return reply.ok || reply.failure.code === 'FILE_NOT_FOUND' ? null : `${channel}: ${reply.failure.message}`;
}

it.each(['source', 'found', 'job', 'memory', 'measurement', 'shelf', 'written'])(
  'nonsense in a row of "%s" is passed over, and the page gets all else',
  async (table) => {
    const whole = new DatabaseSync(at('sound.sqlite'));
    const columns = whole.prepare('SELECT name FROM pragma_table_info(?)').all(table) as { name: string }[];
    expect(whole.prepare(`SELECT 1 FROM ${table}`).all().length).toBeGreaterThan(0);
    whole.close();
    for (const { name } of columns) {
      for (const value of NONSENSE) {
        copyFileSync(at('sound.sqlite'), at('copy.sqlite'));
        const copy = new DatabaseSync(at('copy.sqlite'));
        try {
          copy.prepare(`UPDATE ${table} SET ${name} = ?`).run(value);
        } catch {
          // What a column does not take cannot have come into it.
          continue;
        } finally {
          copy.close();
        }
        const main = createMain({ databasePath: at('copy.sqlite') });
        for (const channel of Object.keys(ASKED) as Channel[])
          expect(await ask(main.handlers, channel), `${table}.${name} = ${String(value).slice(0, 20)}`).toBeNull();
        await main.trimBackups();
        main.database.close();
      }
    }
  },
  60_000,
);
