import { EventEmitter } from 'node:events';
import type { Session, Shell, WebContents } from 'electron';
import { expect, it } from 'vitest';
import { guardContents, guardSession } from '../../src/main/window/guards';

type Handler = (...given: readonly unknown[]) => unknown;

/** What a session is given, by the name of the call. */
function guardedSession(): Readonly<Record<string, Handler>> {
  const given: Record<string, Handler> = {};
  const keep = (name: string) => (handler: Handler) => void (given[name] = handler);
  guardSession(
    {
      setPermissionRequestHandler: keep('request'),
      setPermissionCheckHandler: keep('check'),
      setDevicePermissionHandler: keep('device'),
      webRequest: { onBeforeRequest: keep('load') },
    } as unknown as Session,
    undefined,
  );
  return given;
}

/** A page, and what of the system’s browser was opened for it. */
function guardedPage() {
  const opened: string[] = [];
  const opening: { decide: Handler } = { decide: () => undefined };
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: (decide: Handler) => void (opening.decide = decide),
  });
  const shell = { openExternal: (address: string) => void opened.push(address) };
  guardContents(contents as unknown as WebContents, shell as unknown as Shell, undefined);
  /** Whether the page may do it. */
  const may = (event: string, url: string): boolean => {
    let prevented = false;
    contents.emit(event, { url, preventDefault: () => (prevented = true) });
    return !prevented;
  };
  return { opened, opening, may };
}

it('S5: a session asks nobody: it gives leave to copy text, and to nothing else, no device among it', () => {
  const { request, check, device } = guardedSession();
  const decided: unknown[] = [];
  for (const permission of ['clipboard-sanitized-write', 'media', 'hid']) {
    request?.(null, permission, (leave: unknown) => decided.push(leave));
    decided.push(check?.(null, permission));
  }
  expect(decided).toEqual([true, true, false, false, false, false]);
  expect(device?.({ deviceType: 'hid' })).toBe(false);
});

it('S12: a session loads nothing from elsewhere', () => {
  const answers: unknown[] = [];
  for (const url of ['app://voronoice/index.html', 'https://github.com/', 'file:///etc/passwd']) {
    guardedSession()['load']?.({ url }, (answer: unknown) => answers.push(answer));
  }
  expect(answers).toEqual([{ cancel: false }, { cancel: true }, { cancel: true }]);
});

it.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('S4: %s leads to no other page', (event) => {
  const { may } = guardedPage();
  expect(may(event, 'app://voronoice/index.html')).toBe(true);
  expect(may(event, 'https://github.com/')).toBe(false);
});

it('S1, S4: a page opens no window and holds no other; known addresses go to the browser', () => {
  const { opened, opening, may } = guardedPage();
  expect(may('will-attach-webview', 'app://voronoice/index.html')).toBe(false);
  for (const url of ['https://github.com/facebookresearch/faiss', 'file:///etc/passwd', 'app://voronoice/index.html']) {
    expect(opening.decide({ url })).toEqual({ action: 'deny' });
  }
  expect(opened).toEqual(['https://github.com/facebookresearch/faiss']);
});
