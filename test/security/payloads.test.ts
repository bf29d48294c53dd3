import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { BEGINNING, CHANNEL_PREFIX, DROP_CHANNEL, type Reply } from '@shared/contract/api';
import { type Channel, channels, DropArgument } from '@shared/contract/channels';
import { FailureSchema, fileName } from '@shared/contract/primitives';
import { type Handlers, registerHandlers } from '../../src/main/ipc/register';
import { TrustedSenders } from '../../src/main/window/trusted';
import { createMain, silentLog } from '../fixtures/mainServices';
import { shaped, spoiled } from './fitting';

type Listener = (event: unknown, argument: unknown) => Promise<Reply<unknown>>;

function busOf(
  listeners: Map<string, Listener>,
  waited = new Map<string, Listener>(),
): Parameters<typeof registerHandlers>[0] {
  return {
    handle: (name, listener) => void listeners.set(name, listener as Listener),
    on: (name, listener) => waited.set(name, listener as Listener) as never,
  };
}

/** The real handlers behind the real registration, on a bus of our own. */
function connect(changed: Partial<Handlers> = {}): {
  send: (channel: string, argument: unknown) => Promise<Reply<unknown>>;
  names: string[];
  /** Asks as a page that waits, as a sender that differs from ours in what is given. */
  begin: (channel: string, sender?: object) => Promise<Reply<unknown>>;
  waited: string[];
  main: ReturnType<typeof createMain>;
} {
  const main = createMain();
  const contents = { isDestroyed: () => false, once: () => undefined };
  const trusted = new TrustedSenders(undefined);
  trusted.add(contents as never);
  const listeners = new Map<string, Listener>();
  const waited = new Map<string, Listener>();
  const ipc = busOf(listeners, waited);
  registerHandlers(ipc, { ...main.handlers, ...changed }, main.drop, trusted, silentLog);
  const event = { sender: contents, senderFrame: { url: 'app://voronoice/index.html', parent: null } };
  return {
    send: (channel, argument) => listeners.get(CHANNEL_PREFIX + channel)!(event, argument),
    names: [...listeners.keys()],
    begin: (channel, sender) =>
      new Promise((settle) => {
        const asked = {
          ...{ ...event, ...sender },
          set returnValue(reply: Reply<unknown>) {
            settle(reply);
          },
        };
        void waited.get(CHANNEL_PREFIX + channel)!(asked, 'anything');
      }),
    waited: [...waited.keys()],
    main,
  };
}

const SAMPLE = { kind: 'sample' } as const;

const argumentOf = (channel: string): v.GenericSchema =>
  channel === DROP_CHANNEL ? DropArgument : channels[channel as Channel].argument;
const everyChannel = [...Object.keys(channels), DROP_CHANNEL];

/** What structured clone lets through: more than JSON. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
);
/** Near misses: the right shape with one value changed, dropped or added. */
const near = fc.record(
  {
    kind: fc.constantFrom('train', 'export', 'sample', 'measure', 'compare', 'repair', 'scan', '__proto__'),
    id: fc.oneof(fc.constantFrom('../../../../etc', '/etc/passwd', 'a'.repeat(65), ''), fc.string()),
    voice: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
    index: fc.oneof(fc.string(), fc.constant('/etc/passwd')),
    token: fc.oneof(fc.string(), fc.constant('/etc/passwd')),
    recipe: fc.constantFrom('balanced', 'rvc', 'evil'),
    nprobe: fc.oneof(fc.double(), fc.constant(null), fc.constant(0), fc.constant(2 ** 53)),
    totalFea: fc.oneof(fc.boolean(), fc.string()),
    host: fc.constantFrom('rvc', 'applio', 'evil'),
    root: fc.oneof(fc.string(), fc.constant(null)),
    name: fc.oneof(fc.string(), fc.constant('x'.repeat(301))),
    setAside: fc.boolean(),
    queries: fc.oneof(fc.constantFrom(null, 'unknown-id', '/etc'), fc.string()),
    indexes: fc.array(fc.constantFrom('unknown-id', '/etc/passwd'), { maxLength: 6 }),
    change: fc.oneof(
      fc.constantFrom(
        { type: 'nprobe', nprobe: 1 },
        { type: 'link', target: 'unknown-id' },
        { type: 'name', name: '../../evil.index' },
        { type: 'undo', job: 'unknown-id' },
        { type: 'undo', backup: '/etc/passwd' },
      ),
      fc.string(),
    ),
    what: fc.string(),
    theme: fc.string(),
    path: fc.oneof(fc.string(), fc.constant('x'.repeat(40_000))),
  },
  { requiredKeys: [] },
);

const repairing = (change: object) => ({ kind: 'repair', index: 'unknown-id', change });

describe('whatever the page sends', () => {
  it('S7: reaches a handler only when the schema accepts it', async () => {
    const { send } = connect();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...everyChannel), fc.oneof(anything, near), async (channel, argument) => {
        const reply = await send(channel, argument);
        if (v.is(argumentOf(channel), argument)) {
          if (!reply.ok) expect(v.is(FailureSchema, reply.failure)).toBe(true);
        } else {
          expect(reply).toMatchObject({ ok: false, failure: { code: 'BAD_REQUEST' } });
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it.each(everyChannel)(
    'that fits %s meets no fault of ours, and does not reach it once it is spoiled',
    async (channel) => {
      const { send, main } = connect();
      await main.library.add('/rvc');
      const { voices } = main.library.snapshot();
      const known = [
        ...voices.flatMap(({ id, indexes }) => [id, ...indexes.map((index) => index.id)]),
        main.jobs.start(SAMPLE),
      ];
      const schema = argumentOf(channel);
      const ids = [...known, main.tokens.issue({ kind: 'folder', path: '/rvc' }), crypto.randomUUID(), 'unknown-id'];
      let fitting = 0;
      await fc.assert(
        fc.asyncProperty(shaped(schema, ids), anything, fc.nat(), async (argument, other, place) => {
          for (const given of [argument, spoiled(argument, other, place)]) {
            const reply = await send(channel, given);
            if (!v.is(schema, given)) expect(reply).toMatchObject({ ok: false, failure: { code: 'BAD_REQUEST' } });
            else {
              fitting += 1;
              expect(reply.ok ? null : reply.failure).not.toMatchObject({ code: 'INTERNAL' });
            }
          }
        }),
        { numRuns: 400 },
      );
      expect(fitting).toBeGreaterThan(5);
    },
  );

  it.each([
    ['library.add', { token: '/etc/passwd' }, 'BAD_REQUEST'],
    ['library.add', { token: '../../../etc' }, 'BAD_REQUEST'],
    ['library.add', { token: crypto.randomUUID() }, 'TOKEN_UNKNOWN'],
    ['library.add', { path: '/etc' }, 'BAD_REQUEST'],
    ['app.reveal', { id: '/etc/passwd' }, 'BAD_REQUEST'],
    ['app.reveal', { id: 'unknown-id' }, 'FILE_NOT_FOUND'],
    ['jobs.start', { kind: 'train', folder: '/etc', recipe: 'rvc', nprobe: null, totalFea: true }, 'BAD_REQUEST'],
    ['jobs.start', { kind: 'sample', root: '/etc' }, 'BAD_REQUEST'],
    ['jobs.start', { kind: 'scan', path: '/etc' }, 'BAD_REQUEST'],
    ['index.inspect', { id: 'unknown-id', path: '/etc/passwd' }, 'BAD_REQUEST'],
    ['index.inspect', { id: 'unknown-id' }, 'FILE_NOT_FOUND'],
    ['measurements.ofIndex', { id: '/etc/passwd' }, 'BAD_REQUEST'],
    ['measurements.ofIndex', { id: 'unknown-id', path: '/etc/passwd' }, 'BAD_REQUEST'],
    ['measurements.ofIndex', { id: 'unknown-id' }, 'FILE_NOT_FOUND'],
    ['measurements.ofJob', { id: "' OR 1=1 --" }, 'BAD_REQUEST'],
    ['jobs.start', { kind: 'measure', index: '/etc/passwd', queries: null }, 'BAD_REQUEST'],
    ['jobs.start', { kind: 'measure', index: 'unknown-id', queries: '/etc' }, 'BAD_REQUEST'],
    ['jobs.start', { kind: 'measure', index: 'unknown-id', queries: null }, 'FILE_NOT_FOUND'],
    ['jobs.start', { kind: 'compare', indexes: ['unknown-id'], queries: null }, 'BAD_REQUEST'],
    ['jobs.start', { kind: 'compare', indexes: ['unknown-id', '/etc/passwd'], queries: null }, 'BAD_REQUEST'],
    ['jobs.start', repairing({ type: 'nprobe', nprobe: 0 }), 'BAD_REQUEST'],
    ['jobs.start', repairing({ type: 'link', target: '/etc/passwd' }), 'BAD_REQUEST'],
    ['jobs.start', repairing({ type: 'undo', backup: '/etc/passwd' }), 'BAD_REQUEST'],
    ['jobs.start', { ...repairing({ type: 'nprobe', nprobe: 1 }), out: '/etc/passwd' }, 'BAD_REQUEST'],
    ['jobs.start', repairing({ type: 'undo', job: 'unknown-id' }), 'FILE_NOT_FOUND'],
    ['settings.set', { theme: 'dark', extra: 1 }, 'BAD_REQUEST'],
    ['settings.set', JSON.parse('{"__proto__":{"theme":"dark"},"theme":"x"}'), 'BAD_REQUEST'],
  ])('%s %j is refused with %s', async (channel, argument, code) => {
    expect(await connect().send(channel, argument)).toMatchObject({ ok: false, failure: { code } });
  });

  it('never meets a handler that is not in the contract', () => {
    expect(connect().names.sort()).toEqual(everyChannel.map((channel) => CHANNEL_PREFIX + channel).sort());
  });
});

describe('what a handler answers', () => {
  const refusals = {
    'a full disk': [{ code: 'ENOSPC', path: '/data/settings.json' }, 'DISK_FULL'],
    'a disk that fails': [{ code: 'EIO', path: '/data/settings.json' }, 'DISK_FAILED'],
    'a library on a full disk': [{ errcode: 13 }, 'DISK_FULL'],
    'a library on a disk that fails': [{ errcode: 10 | (3 << 8) }, 'DISK_FAILED'],
    'a library that another program holds': [{ errcode: 5 }, 'FILE_BUSY'],
    'a fault of ours': [{}, 'INTERNAL'],
  } as const;

  it.each(Object.entries(refusals))('says of %s what it is', async (_name, [error, code]) => {
    const refuse = (): never => {
      throw Object.assign(new Error('refused'), error);
    };
    const { send } = connect({ 'settings.set': refuse });
    expect(await send('settings.set', {})).toMatchObject({ ok: false, failure: { code } });
  });

  it('breaks loudly when it is not in the contract', async () => {
    const contents = { isDestroyed: () => false, once: () => undefined };
    const trusted = new TrustedSenders(undefined);
    trusted.add(contents as never);
    const listeners = new Map<string, Listener>();
    const main = createMain();
    const drifted = { ...main.handlers, 'settings.get': () => ({ theme: 'pink' }) as never };
    registerHandlers(busOf(listeners), drifted, main.drop, trusted, silentLog);
    const event = { sender: contents, senderFrame: { url: 'app://voronoice/', parent: null } };
    const reply = await listeners.get(`${CHANNEL_PREFIX}settings.get`)!(event, null);
    expect(reply).toMatchObject({ ok: false, failure: { code: 'INTERNAL' } });
    expect((reply as { failure: { message: string } }).failure.message).toContain('theme');
  });

  it('is waited for by a page of ours that begins, and by no other', async () => {
    const { begin, waited } = connect();
    expect(waited).toEqual(BEGINNING.map((channel) => CHANNEL_PREFIX + channel));
    for (const channel of BEGINNING) {
      expect(await begin(channel)).toMatchObject({ ok: true });
      const elsewhere = { senderFrame: { url: 'https://evil/', parent: null } };
      expect(await begin(channel, elsewhere)).toMatchObject({ ok: false, failure: { code: 'BAD_REQUEST' } });
    }
  });

  it('is waited for also where there is none', async () => {
    const { begin } = connect({ 'jobs.list': () => Promise.reject(new Error('The disk is gone.')) as never });
    expect(await begin('jobs.list')).toMatchObject({ ok: false, failure: { code: 'INTERNAL' } });
  });
});

it.each(['..', '.', '', 'a/b', 'a\\b', 'a\0b'])('takes no %j for the name of a file in a folder', (name) => {
  expect(v.is(fileName, name)).toBe(false);
  expect(v.is(fileName, `${name === '' ? 'a' : '.a'}.npy`)).toBe(true);
});
