import { computed, nextTick, onMounted, onUnmounted } from 'vue';
import { COMMAND_IDS, isPageCommand, type PageCommand, type VoiceCommand } from '@shared/contract/commands';
import type { Voice } from '@shared/contract/voices';
import { isPlain, keysOf, pressed } from '@shared/domain/keys';
import { useLibrary } from '@/stores/library';
import { useSettings } from '@/stores/settings';
import { TROUBLESHOOTING } from '@/words/symptoms';
import { useFailure } from '@/words/useFailure';
import { useCommandDialog } from '@/stores/commandDialog';
import { hasHint, hasLayer, SEARCH_FIELD, TYPING } from '@/components/ui/focus';
import { isSame, type Page, useNavigation } from '@/stores/navigation';
import { useDiagnostics } from '@/pages/settings/useDiagnostics';
import { useIntake } from '@/pages/intake/useIntake';

/** Whether something can be done with a voice. */
export const CAN: Readonly<Record<VoiceCommand, (voice: Voice) => boolean>> = {
  build: ({ problem }) => problem === null,
  tune: ({ problem }) => problem === null,
  listen: ({ sound }) => sound !== null,
};

/** Carries commands out, whether they come from the keyboard, the menu or the palette. */
export function useCommands() {
  const navigation = useNavigation();
  const library = useLibrary();
  const settings = useSettings();
  const dialog = useCommandDialog();
  const { pick } = useIntake();
  const { attempt } = useFailure();
  const saveDiagnostics = useDiagnostics();

  /** The voice that the page at hand is about. */
  const voiceAtHand = computed(() => {
    const { page } = navigation;
    if (page.name === 'voice') return page.id;
    if (page.name === 'index') return library.index(page.id)?.voice?.id;
    return 'voice' in page ? page.voice : undefined;
  });

  function go(page: Page): void {
    if (!isSame(navigation.page, page)) navigation.open(page);
  }

  /** With the voice at hand or the only one there is; otherwise the person is asked which. */
  function withVoice(id: VoiceCommand): void {
    const able = library.voices.filter(CAN[id]);
    const voice = voiceAtHand.value ?? (able.length === 1 ? able[0]?.id : undefined);
    if (voice === undefined) dialog.open({ kind: 'palette', asking: id });
    else go({ name: id, voice });
  }

  /** The search field of the library, with what was searched for last marked to be typed over. */
  async function find(): Promise<void> {
    go({ name: 'library' });
    await nextTick();
    document.querySelector<HTMLInputElement>(SEARCH_FIELD)?.select();
  }

  const runs: Readonly<Record<PageCommand, () => void>> = {
    addFolder: () => void pick('folders'),
    openFile: () => void pick('files'),
    palette: () => dialog.open({ kind: 'palette', asking: null }),
    find: () => void find(),
    back: () => navigation.back(),
    forward: () => navigation.forward(),
    library: () => go({ name: 'library' }),
    jobs: () => go({ name: 'jobs' }),
    compare: () => go({ name: 'compare' }),
    merge: () => go({ name: 'merge' }),
    guide: () => go({ name: 'guide' }),
    settings: () => go({ name: 'settings' }),
    build: () => withVoice('build'),
    tune: () => withVoice('tune'),
    listen: () => withVoice('listen'),
    shortcuts: () => dialog.open({ kind: 'shortcuts' }),
    troubleshooting: () => go({ name: 'guide', lesson: TROUBLESHOOTING }),
    welcome: () => go({ name: 'welcome' }),
    saveDiagnostics: () => void saveDiagnostics(),
    showLog: () => void attempt(() => window.api.call('app.showLog', null)),
  };
  const run = (id: PageCommand): void => runs[id]();

  function press(event: KeyboardEvent): void {
    if (event.isComposing || event.repeat || hasLayer()) return;
    const found = pressed(COMMAND_IDS.filter(isPageCommand), event, settings.mac);
    if (found === null) return;
    if (isPlain(keysOf(found.id, settings.mac)[found.place] ?? '') && isTaken(event)) return;
    event.preventDefault();
    run(found.id);
  }

  // Before what lies over the page hears of a key: by then it may have closed, and Esc would go back as well.
  onMounted(() => {
    window.addEventListener('keydown', press, { capture: true });
  });
  onUnmounted(() => {
    window.removeEventListener('keydown', press, { capture: true });
  });

  return { run, go, voiceAtHand };
}

/** Whether a plain key belongs to something else: to who writes, or to a hint that it puts away. */
function isTaken({ target }: KeyboardEvent): boolean {
  return hasHint() || (target instanceof Element && target.closest(TYPING) !== null);
}
