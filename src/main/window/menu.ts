import type { MenuItemConstructorOptions } from 'electron';
import { type CommandId, commandOf, commandsIn, type Section } from '@shared/contract/commands';
import { acceleratorOf, keysOf } from '@shared/domain/keys';
import type { Texts } from './texts';

/** What is in a menu, each section between lines. */
const MENUS: Readonly<Record<'go' | 'help', readonly Section[]>> = {
  go: ['move', 'pages', 'voice'],
  help: ['help'],
};

const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

/**
 * The menu of the window.
 *
 * @param run Carries a command out.
 */
export function menuTemplate(
  texts: Pick<Texts, 'menu' | 'commands'>,
  run: (id: CommandId) => void,
  { mac, development }: { readonly mac: boolean; readonly development: boolean },
): MenuItemConstructorOptions[] {
  const { menu } = texts;
  const section = (name: Section): MenuItemConstructorOptions[] =>
    commandsIn(name).flatMap((id) => itemsOf(id, texts.commands[id], run, mac));
  const sections = (names: readonly Section[]): MenuItemConstructorOptions[] =>
    names.flatMap((name, place) => [...(place === 0 ? [] : [SEPARATOR]), ...section(name)]);
  return [
    {
      label: menu.file,
      submenu: [...section('file'), SEPARATOR, { label: mac ? menu.close : menu.quit, role: mac ? 'close' : 'quit' }],
    },
    {
      label: menu.edit,
      submenu: [
        { label: menu.undo, role: 'undo' },
        { label: menu.redo, role: 'redo' },
        SEPARATOR,
        { label: menu.cut, role: 'cut' },
        { label: menu.copy, role: 'copy' },
        { label: menu.paste, role: 'paste' },
        { label: menu.selectAll, role: 'selectAll' },
      ],
    },
    { label: menu.go, submenu: sections(MENUS.go) },
    {
      label: menu.view,
      submenu: [...section('view'), ...(development ? [SEPARATOR, { role: 'toggleDevTools' } as const] : [])],
    },
    { label: menu.help, role: 'help', submenu: sections(MENUS.help) },
  ];
}

/** The item of a command. What Electron does by itself has further keys on items that nobody sees. */
function itemsOf(
  id: CommandId,
  label: string,
  run: (id: CommandId) => void,
  mac: boolean,
): MenuItemConstructorOptions[] {
  const { role } = commandOf(id);
  const [first, ...others] = keysOf(id, mac)
    .map(acceleratorOf)
    .filter((key) => key !== null);
  const item = { label, ...(first === undefined ? {} : { accelerator: first }) };
  if (role === undefined) return [{ ...item, click: () => run(id) }];
  return [
    { ...item, role },
    ...others.map((accelerator) => ({ label, role, accelerator, visible: false, acceleratorWorksWhenHidden: true })),
  ];
}
