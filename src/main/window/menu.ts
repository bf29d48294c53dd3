import type { MenuItemConstructorOptions } from 'electron';
import type { EventOf } from '@shared/contract/channels';
import type { Texts } from './texts';

export interface MenuActions {
  readonly addFolder: () => void;
  readonly openFile: () => void;
  readonly open: (page: EventOf<'app.open'>['page']) => void;
  readonly showLog: () => void;
}

export function menuTemplate(
  texts: Texts['menu'],
  actions: MenuActions,
  { mac, development }: { readonly mac: boolean; readonly development: boolean },
): MenuItemConstructorOptions[] {
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const page = (label: string, to: EventOf<'app.open'>['page'], accelerator: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => actions.open(to),
  });
  return [
    {
      label: texts.file,
      submenu: [
        { label: texts.addFolder, accelerator: 'CmdOrCtrl+O', click: actions.addFolder },
        { label: texts.openFile, accelerator: 'CmdOrCtrl+Shift+O', click: actions.openFile },
        separator,
        { label: mac ? texts.close : texts.quit, role: mac ? 'close' : 'quit' },
      ],
    },
    {
      label: texts.edit,
      submenu: [
        { label: texts.undo, role: 'undo' },
        { label: texts.redo, role: 'redo' },
        separator,
        { label: texts.cut, role: 'cut' },
        { label: texts.copy, role: 'copy' },
        { label: texts.paste, role: 'paste' },
        { label: texts.selectAll, role: 'selectAll' },
      ],
    },
    {
      label: texts.view,
      submenu: [
        page(texts.library, 'library', 'CmdOrCtrl+1'),
        page(texts.jobs, 'jobs', 'CmdOrCtrl+2'),
        page(texts.settings, 'settings', 'CmdOrCtrl+,'),
        separator,
        { label: texts.zoomIn, role: 'zoomIn' },
        { label: texts.zoomOut, role: 'zoomOut' },
        { label: texts.zoomReset, role: 'resetZoom' },
        { label: texts.fullScreen, role: 'togglefullscreen' },
        ...(development ? [separator, { role: 'toggleDevTools' } as const] : []),
      ],
    },
    { label: texts.help, role: 'help', submenu: [{ label: texts.showLog, click: actions.showLog }] },
  ];
}
