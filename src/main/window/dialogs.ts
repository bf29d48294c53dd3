import { join } from 'node:path';
import { app, type BrowserWindow, dialog, type OpenDialogOptions } from 'electron';
import type { Picking } from '@shared/contract/intake';
import { assertNever } from '@shared/domain/assertNever';
import { closingDetail, type Ending } from './jobTexts';
import type { Texts } from './texts';

/** The system's dialog for folders or files; none when the person cancels. */
export async function pickPaths(window: BrowserWindow, what: Picking, texts: Texts['dialog']): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, dialogFor(what, texts));
  return canceled ? [] : filePaths;
}

function dialogFor(what: Picking, texts: Texts['dialog']): OpenDialogOptions {
  switch (what) {
    case 'folder':
      return { title: texts.pickFolder, properties: ['openDirectory'] };
    case 'folders':
      return { title: texts.pickFolder, properties: ['openDirectory', 'multiSelections'] };
    case 'files':
      return {
        title: texts.pickFile,
        properties: ['openFile', 'multiSelections'],
        filters: [
          { name: texts.knownFiles, extensions: ['index', 'pth', 'zip', 'npy'] },
          { name: texts.allFiles, extensions: ['*'] },
        ],
      };
    default:
      return assertNever(what);
  }
}

/** The system's dialog for where to save an archive; null when the person cancels. */
export async function pickSavePath(
  window: BrowserWindow,
  name: string,
  texts: Texts['dialog'],
): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: texts.saveDiagnostics,
    defaultPath: join(app.getPath('documents'), name),
    filters: [{ name: texts.archives, extensions: ['zip'] }],
  });
  return canceled || filePath === '' ? null : filePath;
}

/** The library was damaged and a new one was begun: says where the old one is kept. */
export async function tellReplaced(
  window: BrowserWindow,
  texts: Texts['replacedLibrary'],
  kept: string,
): Promise<void> {
  await dialog.showMessageBox(window, {
    type: 'warning',
    message: texts.message,
    detail: `${texts.detail}\n\n${kept}`,
    buttons: [texts.close],
  });
}

/** Closing while a job runs: whether to stop it and quit. */
export async function confirmClosing(window: BrowserWindow, texts: Texts['closing'], jobs: Ending): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: texts.message,
    detail: closingDetail(texts, jobs),
    buttons: [texts.keepOpen, texts.cancelAndQuit],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}
