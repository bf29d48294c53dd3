import type { Session, Shell, WebContents } from 'electron';
import { APP_HOST, APP_SCHEME } from './protocol';

/** Hosts that a link of the page may open in the person's browser, over https only: RVC, Applio and FAISS live there. */
const EXTERNAL_HOSTS: readonly string[] = ['github.com'];

/** Every permission this Electron knows. */
export type Permission = Parameters<NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>>[1];

/**
 * What the page may do beyond drawing, and why. Everything else is denied: the app needs no device, no place, no camera,
 * and its notifications come from main.
 */
export const PERMITTED: Readonly<Partial<Record<Permission, string>>> = {
  'clipboard-sanitized-write': 'The details of an error can be copied.',
};

export function isPermitted(permission: string): boolean {
  return Object.hasOwn(PERMITTED, permission);
}

/** The parts of a URL that decide, or null when the text is not exactly one URL. */
function parse(address: string): URL | null {
  // URL trims and drops control characters; what had to be cleaned is not trusted.
  // eslint-disable-next-line no-control-regex
  if (/[\s\u0000-\u001f\\]/.test(address)) return null;
  try {
    return new URL(address);
  } catch {
    // What is no address leads nowhere.
    return null;
  }
}

/** Whether an address may be handed to the system's browser. */
export function isAllowedExternal(address: string): boolean {
  const url = parse(address);
  return (
    url !== null &&
    url.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    url.port === '' &&
    EXTERNAL_HOSTS.includes(url.hostname)
  );
}

/** Whether an address is a page of ours: `app://voronoice`, or the development server's origin when there is one. */
export function isOwnPage(address: string, devServer: string | undefined): boolean {
  const url = parse(address);
  if (url === null) return false;
  if (url.protocol === `${APP_SCHEME}:`) return url.host === APP_HOST && url.username === '';
  return devServer !== undefined && url.origin === new URL(devServer).origin;
}

/** Whether the page may load an address: its own files, and what it holds in memory. Nothing goes over the network. */
export function isAllowedRequest(address: string, devServer: string | undefined): boolean {
  if (/^(?:data|blob|devtools):/.test(address)) return true;
  return isOwnPage(devServer === undefined ? address : address.replace(/^ws:/, 'http:'), devServer);
}

/** The only place that opens something outside the app. */
export function openExternal(shell: Shell, address: string): void {
  if (isAllowedExternal(address)) void shell.openExternal(address);
}

export function guardSession(session: Session, devServer: string | undefined): void {
  session.setPermissionRequestHandler((_contents, permission, decide) => decide(isPermitted(permission)));
  session.setPermissionCheckHandler((_contents, permission) => isPermitted(permission));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, decide) => {
    decide({ cancel: !isAllowedRequest(details.url, devServer) });
  });
}

export function guardContents(contents: WebContents, shell: Shell, devServer: string | undefined): void {
  const deny = (event: { preventDefault: () => void }, address: string): void => {
    if (!isOwnPage(address, devServer)) event.preventDefault();
  };
  contents.on('will-navigate', (event) => deny(event, event.url));
  contents.on('will-frame-navigate', (event) => deny(event, event.url));
  contents.on('will-redirect', (event) => deny(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(shell, url);
    return { action: 'deny' };
  });
}
