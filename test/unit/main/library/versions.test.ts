import { describe, expect, it } from 'vitest';
import { shortText } from '@shared/contract/primitives';
import { openDatabase } from '../../../../src/main/library/database';
import { Memory } from '../../../../src/main/library/memory';
import { newerVersion, updatedFrom } from '../../../../src/main/library/versions';
import { silentLog } from '../../../fixtures/mainServices';

const RELEASES = 'https://github.com/someone/voronoice/releases';

/** What a version hears from a server that answers so. */
function ask(answer: () => Promise<Response>, options: { version?: string; locale?: 'en' | 'ko' } = {}) {
  const asked: { address: string; init: RequestInit }[] = [];
  const { version = '1.0.0', locale = 'en' } = options;
  const result = newerVersion({
    releases: RELEASES,
    version,
    locale,
    fetch: (address, init) => {
      asked.push({ address, init });
      return answer();
    },
  });
  return { asked, result };
}

const says = (value: unknown) => () => Promise.resolve(new Response(JSON.stringify(value)));

describe('a newer version', () => {
  it('is found by one request that carries nothing of the person', async () => {
    const { asked, result } = ask(says({ version: '1.1.0', notes: { en: 'More.' }, more: 1 }));
    expect(await result).toEqual({ version: '1.1.0', notes: 'More.', page: `${RELEASES}/latest` });
    expect(asked.map(({ address }) => address)).toEqual([`${RELEASES}/latest/download/newest.json`]);
    expect(asked[0]?.init).toMatchObject({ credentials: 'omit' });
    expect(asked[0]?.init.body).toBeUndefined();
  });

  it.each([
    ['1.0.0', '1.0.0', false],
    ['1.0.0', '0.9.9', false],
    ['1.9.0', '1.10.0', true],
    ['1.0.0-not-for-release', '1.0.0', true],
    ['1.1.0', '1.1.0-beta.1', false],
  ])('than %s: %s is one: %s', async (version, newest, isNewer) => {
    const found = await ask(says({ version: newest, notes: { en: '' } }), { version }).result;
    expect(found !== null).toBe(isNewer);
  });

  it("says what is new in the person's language where that was written", async () => {
    const file = { version: '2.0.0', notes: { en: 'New.', ko: '새로움.' } };
    expect((await ask(says(file), { locale: 'ko' }).result)?.notes).toBe('새로움.');
    expect((await ask(says({ ...file, notes: { en: 'New.' } }), { locale: 'ko' }).result)?.notes).toBe('New.');
  });

  it.each([
    ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
    ['an error page', () => Promise.resolve(new Response('no', { status: 404 }))],
    ['another text', () => Promise.resolve(new Response('<!doctype html>'))],
    ['a version that is none', says({ version: 'latest', notes: { en: '' } })],
    ['no English', says({ version: '1.1.0', notes: { ko: '' } })],
    ['more than a small file', () => Promise.resolve(new Response(new Uint8Array(2 ** 17)))],
  ])('is unknown after %s', async (_what, answer) => {
    await expect(ask(answer).result).rejects.toMatchObject({ code: 'NEWEST_UNKNOWN' });
  });
});

describe('an update', () => {
  it('is noticed once, by the first start of the newer version', () => {
    const memory = new Memory(openDatabase(':memory:', silentLog));
    expect(updatedFrom(memory, '1.0.0')).toBeNull();
    expect(updatedFrom(memory, '1.0.0')).toBeNull();
    expect(updatedFrom(memory, '1.1.0')).toBe('1.0.0');
    expect(updatedFrom(memory, '1.1.0')).toBeNull();
    expect(updatedFrom(memory, '1.0.0')).toBeNull();
    expect(memory.get('version', shortText)).toBe('1.0.0');
  });
});
