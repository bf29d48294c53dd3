import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { VoiceCommand } from '@shared/contract/commands';

/** `asking`: the command that needs a voice to be chosen first. */
export type CommandDialog =
  { readonly kind: 'palette'; readonly asking: VoiceCommand | null } | { readonly kind: 'shortcuts' };

/** Which of the dialogs about commands is open. */
export const useCommandDialog = defineStore('commandDialog', () => {
  const current = shallowRef<CommandDialog | null>(null);

  function open(dialog: CommandDialog): void {
    current.value = dialog;
  }

  function close(): void {
    current.value = null;
  }

  return { current, open, close };
});
