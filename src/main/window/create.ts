import { BrowserWindow, nativeTheme, screen } from 'electron';
import { windowOptions } from './window';

/** A window that shows itself when its page is drawn, and the page that it loads. */
export function createWindow(preload: string, address: string): BrowserWindow {
  const screenSize = screen.getPrimaryDisplay().workAreaSize;
  const window = new BrowserWindow(
    windowOptions({ preload, dark: nativeTheme.shouldUseDarkColors, screen: screenSize }),
  );
  window.once('ready-to-show', () => window.show());
  void window.loadURL(address);
  return window;
}
