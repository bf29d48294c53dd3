import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { COMMAND_IDS, commandOf, isPageCommand, type PageCommand, type VoiceCommand } from '@shared/contract/commands';
import type { IndexFile } from '@shared/contract/voices';
import { folded } from '@shared/domain/voice/naming';
import { useJudged } from '@/stores/judged';
import { useLibrary } from '@/stores/library';
import { useCommandWords } from '@/words/useCommandWords';
import { COMMAND_ICONS } from '@/words/commandIcons';
import type { Page } from '@/stores/navigation';
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

function indexEntry({ id, name }: IndexFile, hint: string, foldedHint: string): Entry {
  const choice: Choice = { kind: 'page', page: { name: 'index', id } };
  return { id, name, hint, icon: 'i-lucide-boxes', choice, folded: `${folded(name)} ${foldedHint}` };
}

/** What the palette finds: voices, indexes, pages and actions; or only voices, for a command that needs one. */
export function usePalette(
  query: () => string,
  { asking, atHand }: { readonly asking: () => VoiceCommand | null; readonly atHand: () => string | undefined },
): ComputedRef<readonly EntryGroup[]> {
  const library = useLibrary();
  const judged = useJudged();
  const words = useCommandWords();
  const { t } = useI18n();

  const voices = computed(() => {
    const command = asking();
    return judged.voices
      .filter(({ voice }) => command === null || CAN[command](voice))
      .map(({ voice: { id, name }, folded: foldedName }): Entry => {
        const page: Page = command === null ? { name: 'voice', id } : { name: command, voice: id };
        return { id, name, hint: '', icon: 'i-lucide-audio-lines', choice: { kind: 'page', page }, folded: foldedName };
      });
  });
  const indexes = computed(() => [
    ...judged.voices.flatMap(({ voice, folded: owner }) =>
      voice.indexes.map((index) => indexEntry(index, voice.name, owner)),
    ),
    ...library.indexes.map((index) => {
      const kind = t(`index.kinds.${index.kind}`);
      return indexEntry(index, kind, folded(kind));
    }),
  ]);
  const commands = computed(() => {
    const voice = library.voice(atHand() ?? '')?.name ?? '';
    return COMMAND_IDS.filter(isPageCommand)
      .filter((id) => id !== 'palette')
      .map((id) => {
        const { section } = commandOf(id);
        const name = words.name(id);
        const hint = section === 'voice' ? voice : '';
        const choice: Choice = { kind: 'command', id };
        return { id, section, name, hint, icon: COMMAND_ICONS[id], choice, folded: folded(`${name} ${hint}`) };
      });
  });
  const pages = computed(() => commands.value.filter(({ section }) => section === 'pages'));
  const actions = computed(() => commands.value.filter(({ section }) => section !== 'pages'));

  const group = (id: EntryGroup['id'], { shown, more, rank }: Found<Entry>) => ({ id, entries: shown, more, rank });

  return computed(() => {
    const wanted = query();
    if (asking() !== null) return [group('voices', search(voices.value, wanted, MOST_VOICES))];
    const isOpening = wanted.trim() === '';
    const found = [
      group('voices', search(voices.value, wanted, MOST)),
      ...(isOpening ? [] : [group('indexes', search(indexes.value, wanted, MOST))]),
      group('pages', search(pages.value, wanted, pages.value.length)),
      group('actions', search(actions.value, wanted, actions.value.length)),
    ];
    return found
      .filter(({ entries }) => entries.length > 0)
      .map((one) => ({ ...one, more: isOpening ? 0 : one.more }))
      .sort((a, b) => a.rank - b.rank);
  });
}
