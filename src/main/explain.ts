import { app, dialog } from 'electron';
import { localeOf } from '@shared/contract/languages';
import { textsOf } from './window/texts';

/**
 * A start ends in a window or in a dialog, never in a process that nobody sees and that keeps the next from starting. Knows
 * nothing of the program itself, of which a part may be what is missing.
 */
export function explain(error: unknown): void {
  const texts = textsOf(localeOf(null, app.getLocale()));
  if (error instanceof Error && error.name === 'NewerDatabaseError') {
    dialog.showErrorBox(texts.newerLibrary.title, texts.newerLibrary.detail);
  } else {
    const reason = error instanceof Error ? error.message : String(error);
    dialog.showErrorBox(texts.startFailed.title, `${texts.startFailed.detail}\n\n${reason}`);
  }
  app.exit(1);
}
