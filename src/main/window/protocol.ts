import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { CustomScheme, Protocol, ProtocolResponse } from 'electron';

/** The page's own address: not a file, so that it has an origin, and nothing else on the disk shares it. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'voronoice';
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/index.html`;

export const appScheme: CustomScheme = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

/** Styles may be inline because chart tooltips and the component library set them; scripts never. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

/**
 * The file below `root` that an address of the page names, or null when it names none. Pure: it does not look at the
 * disk, so links are checked separately.
 */
export function resolveAppUrl(address: string, root: string): string | null {
  let path: string;
  try {
    // The raw text: URL would already have resolved `..` away and hidden what was asked for.
    const match = /^app:\/\/voronoice(\/[^?#]*)?(?:[?#].*)?$/is.exec(address);
    if (match === null) return null;
    path = decodeURIComponent(match[1] ?? '/');
  } catch {
    // Percents that are no text are no address of ours.
    return null;
  }
  const segments = path.split('/').filter((segment) => segment !== '');
  for (const segment of segments) {
    // A backslash separates and a colon names a drive or a stream on Windows; control characters end a C string.
    // eslint-disable-next-line no-control-regex
    if (segment === '.' || segment === '..' || /[\\:%\u0000-\u001f]/.test(segment)) return null;
  }
  return join(root, ...(segments.length === 0 ? ['index.html'] : segments));
}

/** Whether `path` lies inside `root`; both must be real paths. The separator keeps `/root-evil` out of `/root`. */
export function isInside(path: string, root: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** A file of the page, as it is handed over. */
export interface AppFile extends ProtocolResponse {
  readonly statusCode: 200 | 404;
  readonly headers: Record<string, string>;
  readonly data: Buffer;
}

const NOT_FOUND: AppFile = {
  statusCode: 404,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  data: Buffer.from('Not found'),
};

/** What the page gets for an address: a file below `root` after every link is followed, or 404. */
export async function serveAppUrl(address: string, root: string): Promise<AppFile> {
  const candidate = resolveAppUrl(address, root);
  if (candidate === null) return NOT_FOUND;
  try {
    const [path, realRoot] = await Promise.all([realpath(candidate), realpath(root)]);
    if (!isInside(path, realRoot)) return NOT_FOUND;
    return {
      statusCode: 200,
      data: await readFile(path),
      headers: {
        'Content-Type': MIME_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
        'Content-Security-Policy': CONTENT_SECURITY_POLICY,
        'X-Content-Type-Options': 'nosniff',
      },
    };
  } catch {
    // The page learns the same of what is not there and of what may not be read.
    return NOT_FOUND;
  }
}

/** What Chromium calls a request that failed. */
const FAILED = -2;

/**
 * Serves the page, its scripts as soon as `answering` settles: a page that runs before its program asks somebody who is not
 * there. Its document has none inside, and what comes before them is done meanwhile.
 */
export function serveApp(
  protocol: Pick<Protocol, 'registerBufferProtocol'>,
  root: string,
  answering: () => Promise<void>,
): void {
  const serve = async (address: string): Promise<ProtocolResponse> => {
    const file = serveAppUrl(address, root);
    if (extname(resolveAppUrl(address, root) ?? '') !== '.html') await answering();
    return file;
  };
  // For what takes its place Node reads all that it needs to fetch from a server, before the first page can come.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  protocol.registerBufferProtocol(APP_SCHEME, ({ url }, respond) => {
    void serve(url)
      .catch(() => ({ error: FAILED }))
      .then(respond);
  });
}
