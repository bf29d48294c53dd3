import { Host } from '@shared/contract/primitives';
import type { Offer } from '@shared/contract/intake';
import type { AddResult } from '@shared/contract/library';
import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import { useNavigation } from '@/stores/navigation';
import { type Taken, useIntakeStore } from '@/stores/intake';
import { useJobs } from '@/stores/jobs';
import { together } from '@/words/together';
import { useFailure } from '@/words/useFailure';

const KNOWN: readonly string[] = [...Host.options, 'logs', 'voice', 'features', 'index', 'models'];

/** Every way in: choosing a folder or a file, dropping something, the menu, the sample voice. */
export function useIntake() {
  const { t } = useI18n();
  const toast = useToast();
  const navigation = useNavigation();
  const intake = useIntakeStore();
  const jobs = useJobs();
  const { attempt } = useFailure();

  /** What kind of thing was added, and how much was found in it. */
  function addedWords(added: AddResult): { readonly title: string; readonly found: string } {
    const { what, voices, indexes } = added;
    return {
      title: t(`intake.what.${KNOWN.includes(what) ? what : 'nothing'}`),
      found: !hasFound(added)
        ? t('intake.foundNothing')
        : what === 'models'
          ? t('intake.foundModels')
          : foundWords(voices.length, indexes.length),
    };
  }

  function foundWords(voices: number, indexes: number): string {
    return together(
      voices > 0 ? t('intake.foundVoices', { voices }, voices) : null,
      indexes > 0 ? t('intake.foundIndexes', { indexes }, indexes) : null,
    );
  }

  /** Goes to what was found: the one voice or index, else the library. */
  function goTo({ voices, indexes }: Pick<AddResult, 'voices' | 'indexes'>): void {
    const [voice, index] = [voices[0], indexes[0]];
    if (voice !== undefined && voices.length === 1) navigation.open({ name: 'voice', id: voice });
    else if (voice === undefined && index !== undefined && indexes.length === 1)
      navigation.open({ name: 'index', id: index });
    else navigation.open({ name: 'library' });
  }

  /**
   * Takes in what was chosen and says what it is: in a toast where all of it is in the library now, else in a panel that
   * leads on.
   */
  async function takeIn(offers: readonly Offer[]): Promise<void> {
    if (offers.length === 0) return;
    const taken = await intake.take(offers);
    const added = taken.flatMap((one) => one.added ?? []);
    if (added.length < taken.length) {
      intake.show(taken);
      return;
    }
    const all = { voices: added.flatMap(({ voices }) => voices), indexes: added.flatMap(({ indexes }) => indexes) };
    goTo(all);
    tellAdded(taken, { ...all, what: added[0]?.what ?? 'nothing' });
  }

  function tellAdded(taken: readonly Taken[], all: AddResult): void {
    const { title, found } = addedWords(all);
    toast.add({
      title: taken.length === 1 ? title : t('intake.several', { count: taken.length }, taken.length),
      description: found,
      color: hasFound(all) ? 'success' : 'warning',
      icon: hasFound(all) ? 'i-lucide-folder-check' : 'i-lucide-folder-search',
    });
  }

  async function pick(what: 'folders' | 'files'): Promise<void> {
    await attempt(async () => takeIn(await window.api.call('intake.pick', { what })));
  }

  async function drop(files: Iterable<object>): Promise<void> {
    await attempt(async () => {
      const offers = await Promise.all(Array.from(files, (file) => window.api.tokenOf(file)));
      const real = offers.filter((offer) => offer !== null);
      if (real.length > 0) await takeIn(real);
      else
        toast.add({
          title: t('intake.notAFile'),
          description: t('intake.dropHint'),
          color: 'warning',
          icon: 'i-lucide-folder-search',
        });
    });
  }

  /** What was chosen in the menu, or what the app was opened with. */
  async function takeWaiting(): Promise<void> {
    await attempt(async () => takeIn(await window.api.call('intake.waiting', null)));
  }

  /** What is in the archives of a folder of the library. */
  async function lookIntoArchives(folder: string): Promise<void> {
    await attempt(async () => takeIn(await window.api.call('intake.archives', { id: folder })));
  }

  async function trySample(): Promise<void> {
    await attempt(() => jobs.request({ kind: 'sample' }));
  }

  return { takeIn, pick, drop, takeWaiting, lookIntoArchives, trySample, addedWords, goTo };
}

export function hasFound({ what, voices, indexes }: AddResult): boolean {
  return voices.length + indexes.length > 0 || what === 'models';
}
