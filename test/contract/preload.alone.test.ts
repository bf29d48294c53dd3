import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Api, BEGINNING, CHANNEL_PREFIX, DROP_CHANNEL } from '@shared/contract/api';
import { type Channel, channels } from '@shared/contract/channels';
import { type EventName, events } from '@shared/contract/events';

/** The preload against an Electron of our own: what it puts into the page, and what it sends. */
interface FakeElectron {
  readonly exposed: Map<string, unknown>;
  readonly invoked: [string, unknown][];
  readonly listeners: Map<string, ((event: unknown, value: unknown) => void)[]>;
  reply: unknown;
  pathOfFile: string;
}
const electron = vi.hoisted((): FakeElectron => ({
  exposed: new Map(),
  invoked: [],
  listeners: new Map(),
  reply: { ok: true, value: null },
  pathOfFile: '',
}));

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => electron.exposed.set(name, value) },
  ipcRenderer: {
    invoke: (channel: string, argument: unknown) => {
      electron.invoked.push([channel, argument]);
      return Promise.resolve(electron.reply);
    },
    sendSync: (...message: readonly unknown[]) => [message, electron.reply],
    on: (channel: string, listener: () => void) => {
      electron.listeners.set(channel, [...(electron.listeners.get(channel) ?? []), listener]);
    },
    removeListener: (channel: string, listener: () => void) => {
      electron.listeners.set(
        channel,
        electron.listeners.get(channel)!.filter((other) => other !== listener),
      );
    },
  },
  webUtils: { getPathForFile: () => electron.pathOfFile },
}));

await import('../../src/preload/index');
const api = electron.exposed.get('api') as Api;

beforeEach(() => {
  electron.invoked.length = 0;
  electron.reply = { ok: true, value: null };
});

describe('window.api', () => {
  it('S8: is all there is, and frozen', () => {
    expect([...electron.exposed.keys()]).toEqual(['api']);
    expect(Object.keys(api).sort()).toEqual(['begin', 'call', 'on', 'tokenOf']);
    expect(Object.isFrozen(api)).toBe(true);
  });

  it('calls every channel of the contract under its prefix', async () => {
    for (const channel of Object.keys(channels) as Channel[]) await api.call(channel, null);
    expect(electron.invoked.map(([name]) => name)).toEqual(Object.keys(channels).map((name) => CHANNEL_PREFIX + name));
  });

  it('waits for what every page begins with, and for nothing else', () => {
    const begin = api.begin as (...words: readonly unknown[]) => unknown;
    for (const channel of BEGINNING) {
      expect(begin(channel, 'of the page')).toEqual([[CHANNEL_PREFIX + channel], electron.reply]);
    }
    for (const other of ['jobs.start', 'fs.read', '', 'constructor', '__proto__', undefined]) {
      expect(() => begin(other)).toThrow(TypeError);
    }
  });

  it.each([DROP_CHANNEL, 'fs.read', '', 'constructor', '__proto__', 'voronoice:app.info', 'jobs.changed'])(
    'refuses to call %j',
    (name) => {
      expect(() => api.call(name as Channel, null)).toThrow(TypeError);
      expect(electron.invoked).toEqual([]);
    },
  );

  it('rejects with the plain failure', async () => {
    const failure = { code: 'FILE_NOT_FOUND', message: 'Gone.', details: { path: 'x' } };
    electron.reply = { ok: false, failure };
    await expect(api.call('library.get', null)).rejects.toBe(failure);
  });

  it('listens to every event of the contract and to nothing else', () => {
    for (const event of Object.keys(events) as EventName[]) {
      const stop = api.on(event, () => undefined);
      expect(electron.listeners.get(CHANNEL_PREFIX + event)).toHaveLength(1);
      stop();
      expect(electron.listeners.get(CHANNEL_PREFIX + event)).toHaveLength(0);
    }
    expect(() => api.on('app.info' as EventName, () => undefined)).toThrow(TypeError);
  });

  it('passes on what is in the contract, and drops what is not', async () => {
    const got: unknown[] = [];
    const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    api.on('jobs.removed', (value) => got.push(value));
    const [listener] = electron.listeners.get(`${CHANNEL_PREFIX}jobs.removed`)!;
    listener!({ sender: 'secret' }, { id: 'job-00000001', sequence: 1 });
    listener!({}, { id: '../x' });
    listener!({}, null);
    await vi.waitFor(() => expect(complain).toHaveBeenCalledTimes(2));
    expect(got).toEqual([{ id: 'job-00000001', sequence: 1 }]);
    complain.mockRestore();
  });

  it('passes them on in their order, and none to who has stopped listening', async () => {
    const got: unknown[] = [];
    const removed = (sequence: number) => ({ id: 'job-00000001', sequence });
    const stop = api.on('jobs.removed', (value) => got.push(value));
    api.on('jobs.removed', ({ sequence }) => sequence === 3 && stop());
    for (const sequence of [1, 2, 3, 4]) {
      for (const listener of electron.listeners.get(`${CHANNEL_PREFIX}jobs.removed`)!) listener({}, removed(sequence));
    }
    await vi.waitFor(() => expect(got).toEqual([1, 2, 3].map(removed)));
    await new Promise((settle) => setTimeout(settle));
    expect(got).toHaveLength(3);
  });

  it('makes tokens of dropped files only', async () => {
    electron.pathOfFile = '/home/x/a.index';
    electron.reply = { ok: true, value: { token: 'token-0001', name: 'a.index' } };
    expect(await api.tokenOf({ path: '/etc/passwd' })).toBeNull();
    expect(electron.invoked).toEqual([]);
    expect(await api.tokenOf(new File([], 'a.index'))).toEqual({ token: 'token-0001', name: 'a.index' });
    expect(electron.invoked).toEqual([[CHANNEL_PREFIX + DROP_CHANNEL, { path: '/home/x/a.index' }]]);
    electron.pathOfFile = '';
    expect(await api.tokenOf(new File([], 'made-up.index'))).toBeNull();
  });
});
