// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_SETTINGS } from '@shared/contract/settings';
import type { Voice } from '@shared/contract/voices';
import { useLibrary } from '@/stores/library';
import { useSettings } from '@/stores/settings';
import { useVoiceList } from '@/stores/voiceList';
import { indexFile, voice } from '../../../fixtures/contract';
import { fakeApi } from '../../../fixtures/fakeApi';

/** Voices are judged bit by bit: on a busy machine a few, too, take more than one go. */
async function tell(voices: readonly Voice[], sequence = 1): Promise<void> {
  useLibrary().begin({
    sequence,
    scanning: false,
    folders: [],
    voices: [...voices],
    indexes: [],
    models: [],
    away: {},
  });
  await vi.waitFor(() => expect(useVoiceList().total).toBe(voices.length));
}

const named = (...names: readonly string[]): Voice[] =>
  names.map((name, at) => voice({ id: `voice-${String(at).padStart(8, '0')}`, name }));
const shown = (): string[] => useVoiceList().shown.map((judged) => judged.voice.name);

beforeEach(() => {
  setActivePinia(createPinia());
});

it('finds without accents and says of how many', async () => {
  await tell(named('Zoë 10', 'Zoë 9', 'Aria'));
  const list = useVoiceList();
  list.query = 'zoe';
  expect(shown()).toEqual(['Zoë 9', 'Zoë 10']);
  expect(list.total).toBe(3);
  expect(list.isNarrowed).toBe(true);
  list.showAll();
  expect(shown()).toEqual(['Aria', 'Zoë 9', 'Zoë 10']);
});

it('counts what each filter would show', async () => {
  await tell([...named('Bare'), voice({ id: 'voice-unmeasured', name: 'Unmeasured', indexes: [indexFile()] })]);
  const list = useVoiceList();
  expect(Object.fromEntries(list.counts)).toEqual({ repair: 0, noIndex: 1, unmeasured: 1, older: 0, away: 0 });
  list.filter = 'noIndex';
  expect(shown()).toEqual(['Bare']);
});

it('stands in the order that was chosen', async () => {
  const api = fakeApi({ 'settings.set': () => ({ ...DEFAULT_SETTINGS, librarySort: 'length' }) });
  vi.stubGlobal('api', api);
  await tell([
    voice({ id: 'voice-00000001', name: 'a', frames: 5 }),
    voice({ id: 'voice-00000002', name: 'b', frames: 9 }),
  ]);
  expect(shown()).toEqual(['a', 'b']);
  await useSettings().change({ librarySort: 'length' });
  expect(shown()).toEqual(['b', 'a']);
});

it('judges thousands bit by bit, and only what has changed again', async () => {
  const many = named(...Array.from({ length: 3_000 }, (_, at) => `Voice ${at}`));
  await tell(many);
  const list = useVoiceList();
  const before = list.shown;
  const [first] = many;
  await tell([{ ...first, name: 'Aria' } as Voice, ...many.slice(1)], 2);
  await vi.waitFor(() => expect(list.shown[0]?.voice.name).toBe('Aria'));
  expect(list.shown.filter((judged) => before.includes(judged))).toHaveLength(2_999);
});

it('keeps the order of the names as voices come, go and change', async () => {
  await tell(named('Zoë', 'Ben', 'Ångström'));
  expect(shown()).toEqual(['Ångström', 'Ben', 'Zoë']);
  await tell(named('Zoë', 'Cleo', 'ben', 'Ångström', 'Zoë'), 2);
  expect(shown()).toEqual(['Ångström', 'ben', 'Cleo', 'Zoë', 'Zoë']);
  // What differs in what the order goes by comes after it, in the order of the names.
  useSettings().settings = { ...DEFAULT_SETTINGS, librarySort: 'length' };
  const [first, ...others] = named('Ben', 'Zoë', 'Aria');
  await tell([...others, { ...first!, frames: 1 }], 3);
  expect(shown()).toEqual(['Aria', 'Zoë', 'Ben']);
});
