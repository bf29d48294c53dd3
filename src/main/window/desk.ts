import { app, type BrowserWindow, Menu, nativeTheme, Notification, powerSaveBlocker, shell } from 'electron';
import type { CommandId } from '@shared/contract/commands';
import type { Memory } from '../library/memory';
import type { Picking } from '@shared/contract/intake';
import { pickPaths, pickSavePath } from './dialogs';
import type { Place } from '../place';
import { PowerOff, powerOffCommand, turnOff } from '../system/powerOff';
import type { TrustedSenders } from './trusted';
import { Attention } from './attention';
import { endingText } from './jobTexts';
import { MainWindow } from './mainWindow';
import { menuTemplate } from './menu';
import { namesIn } from './texts';

/** What a person sees of main itself: the window, its menu and dialogs, the taskbar and notifications. */
export interface Desk {
  readonly window: MainWindow;
  readonly showLog: () => void;
  /** The system's dialog; null when the person cancels. */
  readonly pick: (what: Picking) => Promise<string[]>;
  /** The system's dialog for where to save a ZIP archive; null when the person cancels. */
  readonly saveAs: (name: string) => Promise<string | null>;
  /** Draws the window in the theme of the settings. */
  readonly useTheme: () => void;
  /** Makes the menu in the language of the settings. */
  readonly useMenu: () => void;
}

export function createDesk(
  { log, settings, texts }: Place,
  options: {
    readonly first: BrowserWindow | null;
    readonly preload: string;
    readonly memory: Memory;
    readonly trusted: TrustedSenders;
    readonly devServer: string | undefined;
    readonly mayClose: () => boolean;
  },
): Desk {
  const window = new MainWindow({ ...options, log });
  const pick = (what: Picking): Promise<string[]> => pickPaths(window.show(), what, texts().dialog);
  const showLog = (): void => shell.showItemInFolder(log.path);

  /** The page carries out what it can; the log must be there without it, too. */
  function run(command: CommandId): void {
    if (command === 'showLog') showLog();
    else {
      window.show();
      window.send('app.command', { command });
    }
  }

  return {
    window,
    showLog,
    pick,
    saveAs: (name) => pickSavePath(window.show(), name, texts().dialog),
    useTheme: () => {
      nativeTheme.themeSource = settings.get().theme;
    },
    useMenu: () => {
      const template = menuTemplate(texts(), run, { mac: process.platform === 'darwin', development: !app.isPackaged });
      Menu.setApplicationMenu(Menu.buildFromTemplate(template));
    },
  };
}

/** Tells of jobs outside the window, which may not be there yet. */
export function createAttention(
  window: () => MainWindow | null,
  { texts, locale }: Pick<Place, 'texts' | 'locale'>,
): Attention {
  return new Attention({
    setProgressBar: (fraction) => window()?.current?.setProgressBar(fraction),
    keepAwake: () => {
      const id = powerSaveBlocker.start('prevent-app-suspension');
      return () => powerSaveBlocker.stop(id);
    },
    isFocused: () => window()?.current?.isFocused() === true,
    notify: (ended) => {
      const notification = new Notification(endingText(ended, texts().notification, namesIn(locale())));
      notification.on('click', () => window()?.show());
      notification.show();
    },
  });
}

/** Shuts the computer down when all is done, while there is a window to stop it in. */
export function createPowerOff(
  window: () => MainWindow | null,
  { settings, log }: Pick<Place, 'settings' | 'log'>,
): PowerOff {
  return new PowerOff({
    isWanted: () => settings.get().shutDownWhenDone,
    spend: () => settings.set({ shutDownWhenDone: false }),
    ask: () => {
      const shown = window();
      if (shown === null || shown.current === null) return false;
      shown.show();
      return true;
    },
    tell: (state) => window()?.send('app.powerOff', state),
    run: () => turnOff(powerOffCommand(process.platform, process.env)),
    warn: (text) => log.warn(text),
  });
}
