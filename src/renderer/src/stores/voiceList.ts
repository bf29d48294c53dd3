import { computed, ref } from 'vue';
import { defineStore } from 'pinia';
import { type VoiceFilter, VOICE_FILTERS, passes, voiceOrder, wished } from '@shared/domain/voice/arranging';
import { useJudged } from './judged';
import { useLibrary } from './library';
import { useSettings } from './settings';

/** The voices as a person wants to see them. It stays as it was left while the app is open; the order for good. */
export const useVoiceList = defineStore('voiceList', () => {
  const judged = useJudged();
  const library = useLibrary();
  const settings = useSettings();

  const query = ref('');
  const filter = ref<VoiceFilter | null>(null);

  /** The names in the order of the language. To compare thousands takes long: what is in order already is not done again. */
  let named: readonly string[] = [];
  const places = computed(() => {
    const { compare } = new Intl.Collator(settings.locale, { numeric: true });
    const names = new Set(library.voices.map(({ name }) => name));
    const known = named.filter((name) => names.delete(name));
    named = [...known, ...names].sort(compare);
    return new Map(named.map((name, place) => [name, place]));
  });
  const placeOf = (name: string): number => places.value.get(name) ?? Infinity;
  const sorted = computed(() =>
    [...judged.voices].sort(voiceOrder(settings.settings.librarySort, (a, b) => placeOf(a) - placeOf(b))),
  );
  /** All voices, by their names. */
  const byName = computed(() => [...library.voices].sort((a, b) => placeOf(a.name) - placeOf(b.name)));
  const shown = computed(() =>
    wished(sorted.value, { query: query.value, filter: filter.value }, library.snapshot.away),
  );
  /** How many voices each filter would show. */
  const counts = computed(
    () =>
      new Map(
        VOICE_FILTERS.map((name) => [
          name,
          judged.voices.filter((voice) => passes(voice, name, library.snapshot.away)).length,
        ]),
      ),
  );
  const total = computed(() => judged.voices.length);
  const isNarrowed = computed(() => query.value.trim() !== '' || filter.value !== null);

  function showAll(): void {
    query.value = '';
    filter.value = null;
  }

  return { query, filter, shown, byName, counts, total, isNarrowed, showAll };
});
