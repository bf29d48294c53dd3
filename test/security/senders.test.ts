import { EventEmitter } from 'node:events';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import { answer } from '../../src/main/ipc/register';
import { type Sender, TrustedSenders } from '../../src/main/window/trusted';
import { silentLog } from '../fixtures/mainServices';

class FakeContents extends EventEmitter {
  destroyed = false;
  isDestroyed(): boolean {
    return this.destroyed;
  }
}

const mainFrame = { url: 'app://voronoice/index.html', parent: null };

function trustedWindow(): { trusted: TrustedSenders; contents: FakeContents } {
  const contents = new FakeContents();
  const trusted = new TrustedSenders(undefined);
  trusted.add(contents as never);
  return { trusted, contents };
}

describe('who may ask', () => {
  it('is the main frame of our window, showing our page', () => {
    const { trusted, contents } = trustedWindow();
    expect(trusted.accepts({ sender: contents, senderFrame: mainFrame })).toBe(true);
  });

  it('S6: is not a frame inside the page', () => {
    const { trusted, contents } = trustedWindow();
    expect(trusted.accepts({ sender: contents, senderFrame: { ...mainFrame, parent: mainFrame } })).toBe(false);
  });

  it('is not another window, even with our page in it', () => {
    const { trusted } = trustedWindow();
    expect(trusted.accepts({ sender: new FakeContents(), senderFrame: mainFrame })).toBe(false);
  });

  it('is not a window that is gone', () => {
    const { trusted, contents } = trustedWindow();
    contents.destroyed = true;
    expect(trusted.accepts({ sender: contents, senderFrame: mainFrame })).toBe(false);
    contents.destroyed = false;
    contents.emit('destroyed');
    expect(trusted.accepts({ sender: contents, senderFrame: mainFrame })).toBe(false);
  });

  it('is not a frame that has gone elsewhere', () => {
    const { trusted, contents } = trustedWindow();
    expect(trusted.accepts({ sender: contents, senderFrame: null })).toBe(false);
    for (const url of ['https://evil/', 'app://evil/index.html', 'file:///index.html', 'about:blank', '']) {
      expect(trusted.accepts({ sender: contents, senderFrame: { url, parent: null } })).toBe(false);
    }
  });
});

describe('while developing', () => {
  it('the page may come from the server that was named, and from no other', () => {
    const contents = new FakeContents();
    const trusted = new TrustedSenders('http://localhost:5173');
    trusted.add(contents as never);
    const from = (url: string): boolean => trusted.accepts({ sender: contents, senderFrame: { url, parent: null } });
    expect([from('http://localhost:5173/'), from('http://localhost:5174/'), from('http://evil/')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('what failed', () => {
  it.each([
    ['INTERNAL', new Error('a fault of ours'), ['app.info: INTERNAL a fault of ours', 'stack']],
    ['DISK_FULL', new VoronoiceError('DISK_FULL', 'It is full.'), ['app.info: DISK_FULL It is full.']],
  ])('is in the log, a fault of ours with where it came from: %s', async (code, error, lines) => {
    const { trusted, contents } = trustedWindow();
    const written: string[] = [];
    const log = { ...silentLog, warn: (line: string) => void written.push(line) };
    const handler = (): never => {
      throw error;
    };
    const request = {
      channel: 'app.info',
      argument: null,
      argumentSchema: v.null(),
      resultSchema: v.number(),
      handler,
    };
    const event = { sender: contents, senderFrame: mainFrame };
    expect(await answer({ ...request, event }, trusted, log)).toMatchObject({ ok: false, failure: { code } });
    expect(written).toEqual(lines.map((line) => (line === 'stack' ? error.stack : line)));
  });
});

describe('a request from elsewhere', () => {
  it('is refused before anything of it is read', async () => {
    const { trusted, contents } = trustedWindow();
    let called = 0;
    const ask = (event: Sender): ReturnType<typeof answer> =>
      answer(
        {
          channel: 'app.info',
          event,
          argument: null,
          argumentSchema: v.null(),
          resultSchema: v.number(),
          handler: () => ++called,
        },
        trusted,
        silentLog,
      );
    const refused = await ask({ sender: new FakeContents(), senderFrame: mainFrame });
    expect(refused).toMatchObject({ ok: false, failure: { code: 'BAD_REQUEST' } });
    expect(called).toBe(0);
    expect(await ask({ sender: contents, senderFrame: mainFrame })).toEqual({ ok: true, value: 1 });
  });
});
