import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  type Api,
  BEGINNING,
  CHANGES,
  CHANNEL_PREFIX,
  DROP_CHANNEL,
  type Reply,
  TOLD,
  valueOf,
} from '@shared/contract/api';
import type { ResultOf } from '@shared/contract/channels';
import type { EventName } from '@shared/contract/events';
import type { parseEvent } from './parseEvent';

async function invoke<T>(channel: string, argument: unknown): Promise<T> {
  return valueOf((await ipcRenderer.invoke(CHANNEL_PREFIX + channel, argument)) as Reply<T>);
}

/** How events are parsed: built when the first one comes, for the page waits for whatever is built before it. */
let parsing: Promise<typeof parseEvent> | undefined;

const loadParsing = async (): Promise<typeof parseEvent> => (await import('./parseEvent')).parseEvent;

function assertKnown(name: string, known: object): void {
  if (!Object.hasOwn(known, name)) throw new TypeError(`Unknown name '${name}'.`);
}

const api: Api = {
  begin: (channel) => {
    if (!BEGINNING.includes(channel)) throw new TypeError(`No page begins with '${channel}'.`);
    return ipcRenderer.sendSync(CHANNEL_PREFIX + channel) as Reply<ResultOf<typeof channel>>;
  },
  call: (channel, argument) => {
    assertKnown(channel, CHANGES);
    return invoke<ResultOf<typeof channel>>(channel, argument);
  },
  on: (event: EventName, listener: (value: never) => void) => {
    assertKnown(event, TOLD);
    let isHeard = true;
    const pass = async (value: unknown): Promise<void> => {
      // All wait for the same, and so keep their order.
      const parse = await (parsing ??= loadParsing());
      if (!isHeard) return;
      const parsed = parse(event, value);
      if (parsed.success) listener(parsed.output as never);
      else console.error(`An event '${event}' breaks the contract.`, parsed.issues[0].message);
    };
    const receive = (_event: unknown, value: unknown): void => void pass(value);
    ipcRenderer.on(CHANNEL_PREFIX + event, receive);
    return () => {
      isHeard = false;
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
