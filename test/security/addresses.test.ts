import { describe, expect, it } from 'vitest';
import { isAllowedExternal, isAllowedRequest, isOwnPage, isPermitted, PERMITTED } from '../../src/main/window/guards';

describe('an address for the system’s browser', () => {
  it.each(['https://github.com/', 'https://github.com/a/b?c#d', 'HTTPS://GitHub.com/x'])(
    '%s may be opened',
    (address) => {
      expect(isAllowedExternal(address)).toBe(true);
    },
  );

  it.each([
    'http://github.com/',
    'https://github.com.evil/',
    'https://evil/github.com',
    'https://github.com@evil/',
    'https://good@github.com/',
    'https://user:pass@github.com/',
    'https://github.com:8443/',
    'https://sub.github.com/',
    'https://github.com\\@evil/',
    ' https://github.com/',
    'https://github.com/\n',
    'https://gith\tub.com/',
    'file:///etc/passwd',
    'FILE:///etc/passwd',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'smb://host/share',
    'ms-msdt:/id',
    'ms-settings:',
    'vbscript:x',
    '\\\\host\\share',
    '//github.com',
    'github.com',
    '',
  ])('S4: %j may not', (address) => {
    expect(isAllowedExternal(address)).toBe(false);
  });
});

describe('a page of ours', () => {
  const server = 'http://localhost:5173';

  it.each([
    ['app://voronoice/index.html', undefined, true],
    ['app://voronoice/index.html#/x', server, true],
    ['http://localhost:5173/index.html', server, true],
    ['http://localhost:5173/', undefined, false],
    ['http://localhost:5174/', server, false],
    ['https://localhost:5173/', server, false],
    ['app://evil/index.html', undefined, false],
    ['app://voronoice.evil/', undefined, false],
    ['app://x@voronoice/', undefined, false],
    ['app:voronoice', undefined, false],
    ['file:///app/index.html', undefined, false],
    ['about:blank', undefined, false],
    ['data:text/html,app://voronoice/', undefined, false],
    ['', undefined, false],
  ])('%j with server %s: %s', (address, devServer, own) => {
    expect(isOwnPage(address, devServer)).toBe(own);
  });

  it('loads nothing over the network', () => {
    expect(isAllowedRequest('app://voronoice/a.js', undefined)).toBe(true);
    expect(isAllowedRequest('blob:app://voronoice/1', undefined)).toBe(true);
    expect(isAllowedRequest('data:image/png;base64,AA', undefined)).toBe(true);
    expect(isAllowedRequest('https://github.com/', undefined)).toBe(false);
    expect(isAllowedRequest('http://localhost:5173/', undefined)).toBe(false);
    expect(isAllowedRequest('ws://localhost:5173/?token=x', server)).toBe(true);
    expect(isAllowedRequest('ws://evil/', server)).toBe(false);
    expect(isAllowedRequest('file:///etc/passwd', server)).toBe(false);
  });
});

describe('permissions', () => {
  it('S5: are denied but for copying text', () => {
    expect(Object.keys(PERMITTED)).toEqual(['clipboard-sanitized-write']);
    expect(isPermitted('clipboard-sanitized-write')).toBe(true);
  });

  it.each([
    'clipboard-read',
    'display-capture',
    'fileSystem',
    'fullscreen',
    'geolocation',
    'hid',
    'local-network-access',
    'media',
    'midi',
    'notifications',
    'openExternal',
    'pointerLock',
    'serial',
    'storage-access',
    'usb',
    'window-management',
    'unknown',
    'made-up-tomorrow',
    'constructor',
    '__proto__',
    'toString',
  ])('%s is denied', (permission) => {
    expect(isPermitted(permission)).toBe(false);
  });
});
