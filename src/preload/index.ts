import { contextBridge, ipcRenderer, webUtils } from 'electron';
import * as v from 'valibot';
import { type Api, CHANGES, CHANNEL_PREFIX, DROP_CHANNEL, type Reply } from '@shared/contract/api';
import type { ResultOf } from '@shared/contract/channels';
import { type EventName, events } from '@shared/contract/events';

async function invoke<T>(channel: string, argument: unknown): Promise<T> {
  const reply = (await ipcRenderer.invoke(CHANNEL_PREFIX + channel, argument)) as Reply<T>;
  if (reply.ok) return reply.value;
  // A plain object: an Error would lose its code on the way into the page.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  throw reply.failure;
}

function assertKnown(name: string, known: object): void {
  if (!Object.hasOwn(known, name)) throw new TypeError(`Unknown name '${name}'.`);
}

const api: Api = {
  call: (channel, argument) => {
    assertKnown(channel, CHANGES);
    return invoke<ResultOf<typeof channel>>(channel, argument);
  },
  on: (event: EventName, listener: (value: never) => void) => {
    assertKnown(event, events);
    const receive = (_event: unknown, value: unknown): void => {
      const parsed = v.safeParse(events[event], value);
      if (parsed.success) listener(parsed.output as never);
      else console.error(`An event '${event}' breaks the contract.`, parsed.issues[0].message);
    };
    ipcRenderer.on(CHANNEL_PREFIX + event, receive);
    return () => {
      ipcRenderer.removeListener(CHANNEL_PREFIX + event, receive);
    };
  },
  tokenOf: async (file) => {
    // Only a File that the browser made of a real drop has a path; anything the page builds has none.
    const path = file instanceof File ? webUtils.getPathForFile(file) : '';
    return path === '' ? null : invoke(DROP_CHANNEL, { path });
  },
};

contextBridge.exposeInMainWorld('api', Object.freeze(api));
