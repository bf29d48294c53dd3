import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { COMMAND_IDS, commandOf, isPageCommand, type PageCommand, type VoiceCommand } from '@shared/contract/commands';
import { folded } from '@shared/domain/voice/naming';
import { useLibrary } from '@/stores/library';
import { useCommandWords } from '@/words/useCommandWords';
import { COMMAND_ICONS } from './commandIcons';
import type { Page } from './navigation';
import { type Findable, type Found, search } from './palette';
import { CAN } from './useCommands';

/** What choosing an entry does. */
export type Choice =
  { readonly kind: 'page'; readonly page: Page } | { readonly kind: 'command'; readonly id: PageCommand };

export interface Entry extends Findable {
  readonly id: string;
  readonly name: string;
  /** What tells it apart, in small print. */
  readonly hint: string;
  readonly icon: string;
  readonly choice: Choice;
}

export interface EntryGroup {
  readonly id: 'voices' | 'indexes' | 'pages' | 'actions';
  readonly entries: readonly Entry[];
  readonly more: number;
}

/** So many of a kind are shown; typing on finds the others. */
const MOST = 6;
const MOST_VOICES = 50;

/** What the palette finds: voices, indexes, pages and actions; or only voices, for a command that needs one. */
export function usePalette(
  query: () => string,
  { asking, atHand }: { readonly asking: () => VoiceCommand | null; readonly atHand: () => string | undefined },
): ComputedRef<readonly EntryGroup[]> {
  const library = useLibrary();
  const words = useCommandWords();
  const { t } = useI18n();

  const entry = (made: Omit<Entry, 'folded'>): Entry => ({ ...made, folded: folded(`${made.name} ${made.hint}`) });

  const voices = computed(() => {
    const command = asking();
    return library.voices
      .filter((voice) => command === null || CAN[command](voice))
      .map((voice) =>
        entry({
          id: voice.id,
          name: voice.name,
          hint: '',
          icon: 'i-lucide-audio-lines',
          choice: {
            kind: 'page',
            page: command === null ? { name: 'voice', id: voice.id } : { name: command, voice: voice.id },
          },
        }),
      );
  });
  const indexes = computed(() =>
    [
      ...library.voices.flatMap((voice) => voice.indexes.map((index) => ({ index, owner: voice.name }))),
      ...library.indexes.map((index) => ({ index, owner: '' })),
    ].map(({ index, owner }) =>
      entry({
        id: index.id,
        name: index.name,
        hint: owner === '' ? t(`index.kinds.${index.kind}`) : owner,
        icon: 'i-lucide-boxes',
        choice: { kind: 'page', page: { name: 'index', id: index.id } },
      }),
    ),
  );
  const commands = computed(() => {
    const voice = library.voice(atHand() ?? '')?.name ?? '';
    return COMMAND_IDS.filter(isPageCommand)
      .filter((id) => id !== 'palette')
      .map((id) => ({
        section: commandOf(id).section,
        ...entry({
          id,
          name: words.name(id),
          hint: commandOf(id).section === 'voice' ? voice : '',
          icon: COMMAND_ICONS[id],
          choice: { kind: 'command', id },
        }),
      }));
  });
  const pages = computed(() => commands.value.filter(({ section }) => section === 'pages'));
  const actions = computed(() => commands.value.filter(({ section }) => section !== 'pages'));

  const group = (id: EntryGroup['id'], { shown, more, rank }: Found<Entry>) => ({ id, entries: shown, more, rank });

  return computed(() => {
    const wanted = query();
    if (asking() !== null) return [group('voices', search(voices.value, wanted, MOST_VOICES))];
    const found = [
      group('voices', search(voices.value, wanted, MOST)),
      group('indexes', search(indexes.value, wanted, wanted.trim() === '' ? 0 : MOST)),
      group('pages', search(pages.value, wanted, pages.value.length)),
      group('actions', search(actions.value, wanted, actions.value.length)),
    ];
    return found
      .filter(({ entries }) => entries.length > 0)
      .map((one) => ({ ...one, more: wanted.trim() === '' ? 0 : one.more }))
      .sort((a, b) => a.rank - b.rank);
  });
}
