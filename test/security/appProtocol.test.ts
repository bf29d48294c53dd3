import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  CONTENT_SECURITY_POLICY,
  isInside,
  resolveAppUrl,
  serveApp,
  serveAppUrl,
} from '../../src/main/window/protocol';

/** The page's scheme must not reach any file outside the built page. */
const root = join(sep, 'app', 'renderer');

describe('an address of the page', () => {
  it.each([
    ['app://voronoice/index.html', 'index.html'],
    ['app://voronoice/', 'index.html'],
    ['app://voronoice', 'index.html'],
    ['app://voronoice/assets/index-abc.js?v=1#x', join('assets', 'index-abc.js')],
    ['app://voronoice/assets//a.css', join('assets', 'a.css')],
    ['app://voronoice/a%20b.png', 'a b.png'],
  ])('%s names %s', (address, path) => {
    expect(resolveAppUrl(address, root)).toBe(join(root, path));
  });

  it.each([
    'app://voronoice/../../etc/passwd',
    'app://voronoice/assets/../../secret',
    'app://voronoice/%2e%2e/%2e%2e/etc/passwd',
    'app://voronoice/%2E%2E%2Fetc/passwd',
    'app://voronoice/..%2f..%2fetc/passwd',
    'app://voronoice/%252e%252e/etc/passwd',
    'app://voronoice/..\\..\\windows\\win.ini',
    'app://voronoice/%5c..%5cwin.ini',
    'app://voronoice/C:/windows/win.ini',
    'app://voronoice/C%3A/windows/win.ini',
    'app://voronoice/index.html:stream',
    'app://voronoice/index.html%00.js',
    'app://voronoice/a%0ab',
    'app://voronoice/%zz',
    'app://voronoice/%ff',
    'app://other/index.html',
    'app://voronoice.evil/index.html',
    'app://voronoice@evil/index.html',
    'app://user@voronoice/index.html',
    'app:///etc/passwd',
    'app:/etc/passwd',
    'file:///etc/passwd',
    'https://voronoice/index.html',
    '',
  ])('%j names nothing', (address) => {
    expect(resolveAppUrl(address, root)).toBeNull();
  });

  it('S2: never leaves the folder, whatever it says', () => {
    const piece = fc.oneof(
      fc.constantFrom('..', '.', '%2e', '%2E%2e', '%2f', '%5c', '\\', '/', '%00', ':', '%', '%25', 'a', 'index.html'),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = resolveAppUrl(`app://voronoice/${pieces.join('')}`, root);
        expect(path === null || isInside(path, root)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('containment', () => {
  it('needs the separator', () => {
    expect(isInside(join(sep, 'root', 'a'), join(sep, 'root'))).toBe(true);
    expect(isInside(join(sep, 'root-evil', 'a'), join(sep, 'root'))).toBe(false);
    expect(isInside(join(sep, 'root'), join(sep, 'root'))).toBe(false);
    expect(isInside(join(sep, 'a'), sep)).toBe(true);
  });
});

describe('what is served', () => {
  let folder = '';
  let page = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'voronoice-protocol-'));
    page = join(folder, 'page');
    await mkdir(page);
    await mkdir(join(folder, 'page-evil'));
    await writeFile(join(page, 'index.html'), '<p>page</p>');
    await writeFile(join(page, 'a.js'), 'export {};');
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await writeFile(join(folder, 'page-evil', 'x.js'), 'secret');
    await symlink(join(folder, 'secret.txt'), join(page, 'link.txt'));
    await symlink(join(folder, 'page-evil'), join(page, 'evil'));
    await symlink(join(page, 'a.js'), join(page, 'inside.js'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('has its type and the policy', async () => {
    const document = await serveAppUrl('app://voronoice/', page);
    expect(document.statusCode).toBe(200);
    expect(document.data.toString()).toBe('<p>page</p>');
    expect(document.headers['Content-Type']).toBe('text/html; charset=utf-8');
    expect(document.headers['Content-Security-Policy']).toBe(CONTENT_SECURITY_POLICY);
    const script = await serveAppUrl('app://voronoice/a.js', page);
    expect(script.headers['Content-Type']).toBe('text/javascript; charset=utf-8');
  });

  it('waits for the program that answers it, but for its document', async () => {
    const served: string[] = [];
    let ask: (url: string) => void = () => undefined;
    const protocol = {
      registerBufferProtocol: (_scheme: string, handler: (request: never, respond: () => void) => void): boolean => {
        ask = (url) => handler({ url } as never, () => served.push(url));
        return true;
      },
    };
    let begin: () => void = () => undefined;
    const answering = new Promise<void>((settle) => (begin = settle));
    serveApp(protocol, page, () => answering);
    for (const url of ['app://voronoice/a.js', 'app://voronoice/nothing', 'app://voronoice/']) ask(url);
    await vi.waitFor(() => expect(served).toEqual(['app://voronoice/']));
    await serveAppUrl('app://voronoice/a.js', page);
    expect(served).toHaveLength(1);
    begin();
    await vi.waitFor(() => expect(served).toHaveLength(3));
  });

  it('follows a link inside, and none out', async () => {
    expect((await serveAppUrl('app://voronoice/inside.js', page)).statusCode).toBe(200);
    for (const path of ['link.txt', 'evil/x.js', '../secret.txt', 'missing.js', 'evil']) {
      const { statusCode, data } = await serveAppUrl(`app://voronoice/${path}`, page);
      expect([path, statusCode]).toEqual([path, 404]);
      expect(data.toString()).not.toContain('secret');
    }
  });
});

describe('the policy', () => {
  it('S3: allows no script but the page’s own, and nothing by default', () => {
    const rules = new Map(CONTENT_SECURITY_POLICY.split('; ').map((rule) => [rule.split(' ')[0], rule]));
    expect(rules.get('default-src')).toBe("default-src 'none'");
    expect(rules.get('script-src')).toBe("script-src 'self'");
    expect(rules.get('connect-src')).toBe("connect-src 'self'");
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-eval|https?:|\*/);
  });
});
