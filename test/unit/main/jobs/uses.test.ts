import { describe, expect, it } from 'vitest';
import type { RequestOf, ResultOf } from '@shared/jobs';
import { hostsFound, usesOf, type UsesServices } from '../../../../src/main/jobs/uses';
import { createMain, indexFile, voice } from '../../../fixtures/mainServices';

const own = indexFile('/rvc/logs/aria/a.index');
const ID = 'voice-aria-00000000';
type Uses = ResultOf<'uses'>['hosts'];

/** A library with RVC and the sample voice, and a reader that finds what is given. */
async function createUses(hosts: Uses) {
  const main = createMain();
  const aria = voice('/rvc/logs/aria', { host: 'rvc', hostRoot: '/rvc', indexes: [own] });
  const sample = voice('/sample/logs/sample', { host: 'rvc', hostRoot: '/sample' });
  main.disk.set('/rvc', { root: '/rvc', what: 'rvc', voices: [aria], indexes: [] });
  main.disk.set('/sample', { root: '/sample', what: 'rvc', voices: [sample], indexes: [] });
  await main.library.add('/rvc');
  await main.library.add('/sample');
  const asked: RequestOf<'uses'>[] = [];
  const reader = {
    ask: (request: RequestOf<'uses'>) => {
      asked.push(request);
      return Promise.resolve({ hosts });
    },
  } as unknown as UsesServices['reader'];
  const { library, memory, tokens } = main;
  return { ...main, asked, services: { library, memory, reader, tokens, sampleRoot: '/sample' } };
}

const found = { host: 'rvc', path: '/rvc', running: false, problem: null } as const;
const loads = (path: string, real = path) =>
  ({ what: 'index', path, real, why: 'path', rivals: 0 }) as const satisfies Uses[number]['models'][number]['loads'];
const model = { voice: 0, model: 'aria.pth', slot: null, folder: null, key: 'aria' } as const;

describe('what programs load for a voice', () => {
  it('is asked of the one voice, with the programs that are known, without the folder of the sample', async () => {
    const { services, asked, memory } = await createUses([]);
    memory.set('hostRoot:applio', '/chosen');
    await usesOf(ID, services);
    expect(asked).toEqual([
      {
        kind: 'uses',
        voices: [{ name: 'aria', path: '/rvc/logs/aria' }],
        known: [
          { host: 'rvc', path: '/rvc' },
          { host: 'applio', path: '/chosen' },
        ],
      },
    ]);
  });

  it('is not asked of a folder that was added above a program', async () => {
    const { services, asked, disk, library } = await createUses([]);
    const slot = voice('/vc/server/model_dir/0', { host: 'wokada', hostRoot: '/vc/server' });
    disk.set('/vc', { root: '/vc', what: 'wokada', voices: [slot], indexes: [] });
    await library.add('/vc');
    await usesOf(ID, services);
    expect(asked[0]?.known).toEqual([
      { host: 'rvc', path: '/rvc' },
      { host: 'wokada', path: '/vc/server' },
    ]);
  });

  it('names an index as the library does, also behind a link, and gives a token for the folder', async () => {
    const models = [
      { ...model, loads: loads(own.path) },
      { ...model, loads: loads('/rvc/assets/indices/a.index', own.path) },
      { ...model, loads: loads('/rvc/logs/bob/b.index') },
      { ...model, loads: { what: 'nothing' as const, why: 'noMatch' as const } },
    ];
    const { services, tokens } = await createUses([{ ...found, models }]);
    const [use] = await usesOf(ID, services);
    expect(use?.models.map(({ index }) => index)).toEqual([own.id, own.id, null, null]);
    expect(tokens.take(use?.root ?? '', ['folder']).path).toBe('/rvc');
  });

  it('is nothing of a voice that has left', async () => {
    const { services } = await createUses([]);
    await expect(usesOf('voice-gone-00000000', services)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

it('offers the programs that were found, and says which of them are in the library', async () => {
  const { services, asked, tokens } = await createUses([
    { ...found, models: [] },
    { ...found, path: '/rvc-two', running: true, models: [] },
  ]);
  const offers = await hostsFound(services);
  expect(asked[0]?.voices).toEqual([]);
  expect(offers.map(({ path, added, running }) => [path, added, running])).toEqual([
    ['/rvc', true, false],
    ['/rvc-two', false, true],
  ]);
  expect(tokens.take(offers[1]?.offer.token ?? '', ['folder']).path).toBe('/rvc-two');
});
