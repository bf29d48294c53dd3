import { type BrowserWindow, nativeTheme, screen } from 'electron';
import * as v from 'valibot';
import { CHANNEL_PREFIX } from '@shared/contract/api';
import type { EventName, EventOf } from '@shared/contract/events';
import type { TrustedSenders } from './trusted';
import type { Memory } from '../library/memory';
import type { Log } from '../../supervisor/log';
import { createWindow } from './create';
import { APP_URL } from './protocol';
import { BACKGROUND, usablePlace, type WindowPlace } from './window';

const PLACE_KEY = 'window';
const KeptPlace = v.strictObject({
  x: v.pipe(v.number(), v.safeInteger()),
  y: v.pipe(v.number(), v.safeInteger()),
  width: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  height: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  maximized: v.boolean(),
});

export interface MainWindowOptions {
  /** The window that is there already; null: none yet. */
  readonly first: BrowserWindow | null;
  readonly preload: string;
  readonly devServer: string | undefined;
  readonly memory: Memory;
  readonly trusted: TrustedSenders;
  readonly log: Log;
  /** Whether the window may close now. When it may not, it has to be asked to again. */
  readonly mayClose: () => boolean;
}

/** The app's one window. */
export class MainWindow {
  readonly #options: MainWindowOptions;
  #window: BrowserWindow | null = null;

  constructor(options: MainWindowOptions) {
    this.#options = options;
    nativeTheme.on('updated', () => this.#window?.setBackgroundColor(this.#background()));
    if (options.first !== null) this.#take(options.first);
  }

  get current(): BrowserWindow | null {
    return this.#window;
  }

  /** Brings the window to the front, making it when there is none. */
  show(): BrowserWindow {
    const window = this.#window ?? this.#take(this.#create());
    if (window.isMinimized()) window.restore();
    window.focus();
    return window;
  }

  /** Tells the page something, when there is a page. */
  send<E extends EventName>(event: E, value: EventOf<E>): void {
    const window = this.#window;
    if (window !== null && !window.isDestroyed()) window.webContents.send(CHANNEL_PREFIX + event, value);
  }

  #create(): BrowserWindow {
    const { preload, devServer } = this.#options;
    return createWindow(preload, devServer ?? APP_URL);
  }

  #take(window: BrowserWindow): BrowserWindow {
    const { memory, trusted, log, mayClose } = this.#options;
    this.#window = window;
    trusted.add(window.webContents);
    const screens = screen.getAllDisplays().map((display) => display.workArea);
    const place = usablePlace(memory.get(PLACE_KEY, KeptPlace), screens);
    if (place !== null) window.setBounds(place);
    if (place?.maximized === true) window.maximize();
    window.on('close', (event) => {
      this.#rememberPlace(window);
      if (!mayClose()) event.preventDefault();
    });
    window.once('closed', () => (this.#window = null));
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      log.warn(`The page is gone: ${reason}, exit code ${exitCode}`);
      if (reason !== 'clean-exit' && !window.isDestroyed()) window.reload();
    });
    window.webContents.on('preload-error', (_event, path, error) => log.warn(`"${path}": ${error.message}`));
    return window;
  }

  /** A disk that is full must keep no window from closing. */
  #rememberPlace(window: BrowserWindow): void {
    const { memory, log } = this.#options;
    try {
      memory.set(PLACE_KEY, { ...window.getNormalBounds(), maximized: window.isMaximized() } satisfies WindowPlace);
    } catch (error) {
      log.warn(`the place of the window was not kept: ${String(error)}`);
    }
  }

  #background(): string {
    return nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light;
  }
}
