import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sight } from '@shared/jobs/look';
import { useIntakeStore } from '@/stores/intake';
import { fakeApi } from '../../../fixtures/fakeApi';

const offer = (token: string) => ({ token, name: token });
const FOUND = { what: 'voice', voices: ['voice-00000001'], indexes: [] };

beforeEach(() => {
  setActivePinia(createPinia());
});

function main(sights: Readonly<Record<string, Sight>>) {
  const api = fakeApi({
    'intake.look': ({ token }) => {
      const sight = sights[token];
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as across the real bridge
      if (sight === undefined) throw { code: 'FILE_NOT_FOUND', message: 'gone', details: {} };
      return sight;
    },
    'library.add': () => FOUND,
  });
  vi.stubGlobal('window', { api });
  return api;
}

describe('the intake', () => {
  it('puts folders and sound indexes into the library, and nothing else', async () => {
    const api = main({
      'folder-0': { what: 'folder' },
      'index-0': { what: 'index', problem: null },
      'broken-0': { what: 'index', problem: { code: 'INDEX_TRUNCATED', message: '', details: {} } },
      'text-0': { what: 'other', alike: 'text' },
    });
    const store = useIntakeStore();
    const taken = await store.take(['folder-0', 'index-0', 'broken-0', 'text-0'].map(offer));
    expect(taken.map(({ added }) => added)).toEqual([FOUND, FOUND, null, null]);
    expect(api.calls.filter(({ channel }) => channel === 'library.add').map(({ argument }) => argument)).toEqual([
      { token: 'folder-0' },
      { token: 'index-0' },
    ]);
    expect(store.looking).toBe(0);
  });

  it('keeps what went wrong beside its name, and hides nothing else', async () => {
    main({ 'folder-0': { what: 'folder' } });
    const [gone, folder] = await useIntakeStore().take([offer('gone-0'), offer('folder-0')]);
    expect(gone).toMatchObject({ name: 'gone-0', sight: null, added: null, failure: { code: 'FILE_NOT_FOUND' } });
    expect(folder).toMatchObject({ added: FOUND, failure: null });
  });
});
