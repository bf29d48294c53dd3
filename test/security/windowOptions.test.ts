import { describe, expect, it } from 'vitest';
import { usablePlace, windowOptions } from '../../src/main/window/window';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };

describe('the window', () => {
  it('S1: gives its page nothing but the preload', () => {
    expect(windowOptions({ preload: '/app/preload/index.cjs', dark: true, screen })).toEqual({
      width: 1280,
      height: 800,
      minWidth: 960,
      minHeight: 640,
      show: false,
      title: 'Voronoice',
      backgroundColor: '#0f172a',
      webPreferences: {
        preload: '/app/preload/index.cjs',
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
        spellcheck: false,
      },
    });
  });

  it('opens where it was closed, if that is still on a screen', () => {
    const place = { x: 100, y: 50, width: 1000, height: 700, maximized: false };
    expect(usablePlace(place, [screen])).toEqual(place);
    expect(usablePlace({ ...place, x: 2500 }, [screen])).toBeNull();
    expect(usablePlace({ ...place, x: 2500 }, [screen, { ...screen, x: 1920 }])).not.toBeNull();
    expect(usablePlace({ ...place, y: -400 }, [screen])).toBeNull();
    expect(usablePlace({ ...place, x: -980 }, [screen])).toBeNull();
    expect(usablePlace(null, [screen])).toBeNull();
  });

  it('opens no larger than all screens together', () => {
    const beside = { ...screen, x: -1920, height: 1200 };
    const huge = { x: 0, y: 0, width: 2 ** 53 - 1, height: 2 ** 53 - 1, maximized: true };
    expect(usablePlace(huge, [screen])).toEqual({ ...screen, maximized: true });
    expect(usablePlace(huge, [screen, beside])).toEqual({ ...huge, width: 3840, height: 1200 });
    expect(usablePlace({ ...huge, x: -100_000, width: 200_000 }, [screen])).toBeNull();
  });

  it('is no larger than a small screen, and may be made as small', () => {
    // 800 x 600 pixels, enlarged twice.
    const small = { width: 400, height: 300 };
    expect(windowOptions({ preload: 'p', dark: false, screen: small })).toMatchObject({
      width: 400,
      height: 300,
      minWidth: 400,
      minHeight: 300,
    });
  });
});
