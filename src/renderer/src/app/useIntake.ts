import { Host } from '@shared/contract/primitives';
import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import { useNavigation } from '@/app/navigation';
import { useJobs } from '@/stores/jobs';
import { useFailure } from '../words/useFailure';

const KNOWN: readonly string[] = [...Host.options, 'logs', 'voice', 'features', 'index'];

/** Every way in: choosing a folder or an index, dropping something, the sample voice. */
export function useIntake() {
  const { t } = useI18n();
  const toast = useToast();
  const navigation = useNavigation();
  const jobs = useJobs();
  const { attempt } = useFailure();

  /** Adds what a token stands for and goes to what came of it. */
  async function add(token: string): Promise<void> {
    const { what, voices, indexes } = await window.api.call('library.add', { token });
    const [voice] = voices;
    const [index] = indexes;
    if (voice !== undefined && voices.length === 1) navigation.open({ name: 'voice', id: voice });
    else if (voice === undefined && index !== undefined && indexes.length === 1)
      navigation.open({ name: 'index', id: index });
    else navigation.open({ name: 'library' });

    const found = voices.length + indexes.length > 0;
    toast.add({
      title: t(`intake.what.${KNOWN.includes(what) ? what : 'nothing'}`),
      description: found
        ? t('intake.found', { voices: voices.length, indexes: indexes.length })
        : t('intake.foundNothing'),
      color: found ? 'success' : 'warning',
      icon: found ? 'i-lucide-folder-check' : 'i-lucide-folder-search',
    });
  }

  async function pick(what: 'folder' | 'index'): Promise<void> {
    await attempt(async () => {
      const picked = await window.api.call('intake.pick', { what });
      if (picked) await add(picked.token);
    });
  }

  async function drop(files: Iterable<object>): Promise<void> {
    await attempt(async () => {
      let taken = 0;
      for (const file of files) {
        const dropped = await window.api.tokenOf(file);
        if (!dropped) continue;
        taken += 1;
        await add(dropped.token);
      }
      if (taken === 0) {
        toast.add({
          title: t('intake.notAFile'),
          description: t('intake.dropHint'),
          color: 'warning',
          icon: 'i-lucide-folder-search',
        });
      }
    });
  }

  async function trySample(): Promise<void> {
    await attempt(() => jobs.request({ kind: 'sample' }));
  }

  return { pick, drop, trySample };
}
