import { useI18n } from 'vue-i18n';
import { type CommandId, commandOf } from '@shared/contract/commands';
import { capsOf, keysOf } from '@shared/domain/keys';
import { useSettings } from '@/stores/settings';

/** What commands are called, and what stands on their keys. */
export function useCommandWords() {
  const { t } = useI18n();
  const settings = useSettings();

  function name(id: CommandId): string {
    return commandOf(id).words === 'nav' ? t(`nav.${id}`) : t(`commands.${id}`);
  }

  /** Each way to press it, as what stands on the keys. */
  function caps(id: CommandId): readonly (readonly string[])[] {
    return keysOf(id, settings.mac).map((key) => capsOf(key, settings.mac, t('shortcuts.space')));
  }

  /** The first way to press it in one word, e.g. `Ctrl+K`; empty when there is none. */
  function key(id: CommandId): string {
    return caps(id)[0]?.join(settings.mac ? '' : '+') ?? '';
  }

  return { name, caps, key };
}
