import { fileURLToPath } from 'node:url';
import { app, Menu, protocol, session, shell } from 'electron';
import { useDataFolder, useFolderApart } from './system/home';
import { createWindow } from './window/create';
import { guardContents, guardSession } from './window/guards';
import { APP_URL, appScheme, serveApp } from './window/protocol';

/**
 * What runs before the program: as little as a window needs. The system takes longer to make a window and the process of its
 * page than the program takes to be read, so both are done at once, and the page's scripts are handed over when somebody answers it.
 */

/** The development server is believed only where there is one: never in an installed app. */
const devServer = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
const preload = fileURLToPath(new URL('../preload/index.cjs', import.meta.url));
const page = fileURLToPath(new URL('../renderer', import.meta.url));

/** macOS says by an event which file to open, the first time before anything is there that could. */
const early: string[] = [];
let openFile = (path: string): void => void early.push(path);
app.on('open-file', (event, path) => {
  event.preventDefault();
  openFile(path);
});

// Chromium's network gets no process of its own (docs/decisions/0020). Who starts the app may have asked for more.
const asked = app.commandLine.getSwitchValue('enable-features');
app.commandLine.appendSwitch('enable-features', [asked, 'NetworkServiceInProcess2'].filter(Boolean).join(','));

// The program has its own, and Electron would make one first.
Menu.setApplicationMenu(null);
protocol.registerSchemesAsPrivileged([appScheme]);
try {
  // Each folder of data has an instance of its own.
  useDataFolder();
  if (app.requestSingleInstanceLock()) void app.whenReady().then(begin).catch(explain);
  else app.quit();
} catch (error) {
  useFolderApart();
  void app.whenReady().then(() => explain(error));
}

async function begin(): Promise<void> {
  guardSession(session.defaultSession, devServer);
  app.on('web-contents-created', (_event, contents) => guardContents(contents, shell, devServer));
  serveApp(protocol, page, () => started);
  const first = devServer === undefined ? createWindow(preload, APP_URL) : null;
  const started = import('./start').then(({ start }) =>
    start({
      first,
      preload,
      devServer,
      opened: (open) => {
        openFile = open;
        return early;
      },
    }),
  );
  await started;
}

async function explain(error: unknown): Promise<void> {
  (await import('./explain')).explain(error);
}
