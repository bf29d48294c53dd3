/**
 * What a person can ask for from anywhere, and by which keys: the one home of the menu, the list of shortcuts, the command
 * palette and what the keyboard does. A key is written as `Mod+Shift+O`: Mod is Ctrl, on macOS ⌘; the last part is the
 * name that a keyboard event gives it.
 */

/** Where a command stands in the menu and the list of shortcuts; `sound` is about what plays and in no menu. */
export const SECTIONS = ['file', 'move', 'pages', 'voice', 'view', 'help', 'sound'] as const;
export type Section = (typeof SECTIONS)[number];

export interface Command {
  readonly section: Section;
  readonly keys: readonly string[];
  /** Where macOS has others. */
  readonly macKeys?: readonly string[];
  /** What Electron does by itself. */
  readonly role?: 'zoomIn' | 'zoomOut' | 'resetZoom' | 'togglefullscreen';
  /** The section of words that names it, when another than `commands` already does. */
  readonly words?: 'nav';
}

export const COMMANDS = {
  addFolder: { section: 'file', keys: ['Mod+O'] },
  openFile: { section: 'file', keys: ['Mod+Shift+O'] },
  palette: { section: 'move', keys: ['Mod+K'] },
  find: { section: 'move', keys: ['Mod+F'] },
  back: { section: 'move', keys: ['Alt+ArrowLeft', 'Escape'], macKeys: ['Mod+[', 'Escape'], words: 'nav' },
  forward: { section: 'move', keys: ['Alt+ArrowRight'], macKeys: ['Mod+]'] },
  library: { section: 'pages', keys: ['Mod+1'], words: 'nav' },
  jobs: { section: 'pages', keys: ['Mod+2'], words: 'nav' },
  compare: { section: 'pages', keys: ['Mod+3'], words: 'nav' },
  merge: { section: 'pages', keys: ['Mod+4'] },
  guide: { section: 'pages', keys: ['F1', 'Mod+5'], words: 'nav' },
  settings: { section: 'pages', keys: ['Mod+,'], words: 'nav' },
  build: { section: 'voice', keys: ['Mod+B'] },
  tune: { section: 'voice', keys: [] },
  listen: { section: 'voice', keys: ['Mod+L'] },
  zoomIn: { section: 'view', keys: ['Mod+Plus', 'Mod+='], role: 'zoomIn' },
  zoomOut: { section: 'view', keys: ['Mod+-'], role: 'zoomOut' },
  zoomReset: { section: 'view', keys: ['Mod+0'], role: 'resetZoom' },
  fullScreen: { section: 'view', keys: ['F11'], macKeys: ['Ctrl+Mod+F'], role: 'togglefullscreen' },
  shortcuts: { section: 'help', keys: ['?'] },
  troubleshooting: { section: 'help', keys: [] },
  welcome: { section: 'help', keys: [] },
  showLog: { section: 'help', keys: [] },
  saveDiagnostics: { section: 'help', keys: [] },
  play: { section: 'sound', keys: ['Space'] },
  previous: { section: 'sound', keys: ['ArrowLeft'] },
  next: { section: 'sound', keys: ['ArrowRight'] },
  leaveOut: { section: 'sound', keys: ['M'] },
  take: { section: 'sound', keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'] },
} as const satisfies Record<string, Command>;

export type CommandId = keyof typeof COMMANDS;

type InSection<S extends Section> = {
  [Id in CommandId]: (typeof COMMANDS)[Id]['section'] extends S ? Id : never;
}[CommandId];

/** What the sound at hand is told to do. */
export type SoundCommand = InSection<'sound'>;
/** What is about one voice. */
export type VoiceCommand = InSection<'voice'>;
/** What Electron does; the page only names it. */
export type ViewCommand = InSection<'view'>;
/** What the page carries out, whoever asks. */
export type PageCommand = Exclude<CommandId, SoundCommand | ViewCommand>;

export const COMMAND_IDS = Object.keys(COMMANDS) as readonly CommandId[];

/** The command behind an id, with the fields that only some have. */
export const commandOf = (id: CommandId): Command => COMMANDS[id];

/** In the order of the table. */
export function commandsIn<S extends Section>(section: S): readonly InSection<S>[] {
  return COMMAND_IDS.filter((id): id is InSection<S> => COMMANDS[id].section === section);
}

export function isPageCommand(id: CommandId): id is PageCommand {
  return COMMANDS[id].section !== 'sound' && COMMANDS[id].section !== 'view';
}
