import type { BrowserWindowConstructorOptions, Rectangle, Size } from 'electron';

const MIN_SIZE = { width: 960, height: 640 } as const;
export const DEFAULT_SIZE = { width: 1280, height: 800 } as const;

/** Painted before the page is: the page's own surface colors, so that nothing flashes. */
export const BACKGROUND = { light: '#f8fafc', dark: '#0f172a' } as const;

/** Where the window was when it was last closed. */
export interface WindowPlace extends Rectangle {
  readonly maximized: boolean;
}

/** The page runs with nothing but what the preload offers. */
export const webPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  // The spell checker would fetch dictionaries from the network.
  spellcheck: false,
} as const;

/**
 * A remembered place that still makes sense: no larger than all screens together, and enough of its title bar is on one of
 * them to be grabbed. Otherwise null, e.g. after a second screen was unplugged.
 */
export function usablePlace(remembered: WindowPlace | null, screens: readonly Rectangle[]): WindowPlace | null {
  if (remembered === null) return null;
  const place = { ...remembered, ...within(remembered, sizeOfAll(screens)) };
  const grip = { left: place.x + 40, right: place.x + place.width - 40, y: place.y + 10 };
  const visible = screens.some(
    (screen) =>
      grip.right > screen.x &&
      grip.left < screen.x + screen.width &&
      grip.y >= screen.y &&
      grip.y < screen.y + screen.height,
  );
  return visible ? place : null;
}

function sizeOfAll(screens: readonly Rectangle[]): Size {
  const left = Math.min(...screens.map(({ x }) => x));
  const top = Math.min(...screens.map(({ y }) => y));
  return {
    width: Math.max(...screens.map(({ x, width }) => x + width)) - left,
    height: Math.max(...screens.map(({ y, height }) => y + height)) - top,
  };
}

/** A size, as far as there is room for it on a screen: one of 800 pixels, enlarged twice, is 400 wide. */
function within({ width, height }: Size, screen: Size): Size {
  return { width: Math.min(width, screen.width), height: Math.min(height, screen.height) };
}

export function windowOptions(options: {
  readonly preload: string;
  readonly dark: boolean;
  /** What windows may cover of the screen that the system gives them first. */
  readonly screen: Size;
}): BrowserWindowConstructorOptions {
  const { preload, dark, screen } = options;
  const least = within(MIN_SIZE, screen);
  return {
    ...within(DEFAULT_SIZE, screen),
    minWidth: least.width,
    minHeight: least.height,
    show: false,
    title: 'Voronoice',
    backgroundColor: dark ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: { ...webPreferences, preload },
  };
}
