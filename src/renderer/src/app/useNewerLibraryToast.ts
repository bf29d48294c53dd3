import { useToast } from '@nuxt/ui/composables';
import { useSettings } from '@/stores/settings';
import { useFailure } from '@/words/useFailure';
import { together } from '@/words/together';
import { useTroubleshooting } from '@/words/useTroubleshooting';

/** Says, once a start, that the library can only be looked at. It stays until it is read. */
export function useNewerLibraryToast(): () => void {
  const toast = useToast();
  const settings = useSettings();
  const { words } = useFailure();
  const buttonOf = useTroubleshooting();

  return () => {
    if (settings.info?.isLibraryNewer !== true) return;
    const { sentence, cause, action } = words({ code: 'LIBRARY_NEWER', details: {} });
    toast.add({
      // The same as of a request that was refused: it is not said twice.
      id: sentence,
      title: sentence,
      description: together(cause, action),
      icon: 'i-lucide-lock',
      color: 'warning',
      duration: 0,
      actions: [buttonOf('newer-library')],
    });
  };
}
