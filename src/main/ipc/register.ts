import type { IpcMain } from 'electron';
import * as v from 'valibot';
import { BEGINNING, CHANNEL_PREFIX, DROP_CHANNEL, type Reply } from '@shared/contract/api';
import {
  type ArgumentOf,
  type Channel,
  channels,
  DropArgument,
  DropResult,
  type ResultOf,
} from '@shared/contract/channels';
import { toFailure, VoronoiceError } from '@shared/contract/errors';
import { toSystemError } from '@shared/contract/systemErrors';
import { writingError } from '../library/database';
import type { Sender, TrustedSenders } from '../window/trusted';
import type { Log } from '../../supervisor/log';

/** One handler a channel, no more and no less: a missing or extra one does not compile. */
export type Handlers = { readonly [C in Channel]: (argument: ArgumentOf<C>) => ResultOf<C> | Promise<ResultOf<C>> };
const DROP = { argument: DropArgument, result: DropResult } as const;
/** Turns a dropped file into a token; see `DROP_CHANNEL`. */
export type DropHandler = (argument: v.InferOutput<typeof DropArgument>) => Promise<v.InferOutput<typeof DropResult>>;

/**
 * Answers one request: checks who asks, parses what is asked, and parses the answer too, so that drift from the contract
 * is found here and not in the page. Never rejects.
 */
export async function answer<T>(
  request: {
    readonly channel: string;
    readonly event: Sender;
    readonly argument: unknown;
    readonly argumentSchema: v.GenericSchema;
    readonly resultSchema: v.GenericSchema<unknown, T>;
    readonly handler: (argument: never) => unknown;
  },
  trusted: TrustedSenders,
  log: Log,
): Promise<Reply<T>> {
  const { channel } = request;
  try {
    if (!trusted.accepts(request.event)) throw new VoronoiceError('BAD_REQUEST', 'The sender is not trusted.');
    const argument = v.safeParse(request.argumentSchema, request.argument);
    if (!argument.success) throw new VoronoiceError('BAD_REQUEST', `The argument of '${channel}' is not valid.`);
    const result = v.safeParse(request.resultSchema, await request.handler(argument.output as never));
    if (result.success) return { ok: true, value: result.output };
    const where = v.getDotPath(result.issues[0]) ?? 'result';
    throw new Error(`The answer to '${channel}' breaks the contract at '${where}': ${result.issues[0].message}`);
  } catch (error) {
    // Main reads by the reader, which says what was refused: what comes from the system here was written.
    const failure = toFailure(writingError(toSystemError(error, 'write')));
    log.warn(`${channel}: ${failure.code} ${failure.message}`);
    if (failure.code === 'INTERNAL' && error instanceof Error) log.warn(error.stack ?? '');
    return { ok: false, failure };
  }
}

/** Connects every channel of the contract. */
export function registerHandlers(
  ipc: Pick<IpcMain, 'handle' | 'on'>,
  handlers: Handlers,
  drop: DropHandler,
  trusted: TrustedSenders,
  log: Log,
): void {
  const answering =
    (
      channel: string,
      schemas: { readonly argument: v.GenericSchema; readonly result: v.GenericSchema },
      handler: (argument: never) => unknown,
    ) =>
    (event: Sender, argument: unknown): Promise<Reply<unknown>> =>
      answer(
        { channel, event, argument, argumentSchema: schemas.argument, resultSchema: schemas.result, handler },
        trusted,
        log,
      );
  const ask = (channel: Channel): ReturnType<typeof answering> =>
    answering(channel, channels[channel], handlers[channel]);

  for (const channel of Object.keys(channels) as Channel[]) ipc.handle(CHANNEL_PREFIX + channel, ask(channel));
  ipc.handle(CHANNEL_PREFIX + DROP_CHANNEL, answering(DROP_CHANNEL, DROP, drop));
  for (const channel of BEGINNING) {
    // The page waits until it is set.
    ipc.on(CHANNEL_PREFIX + channel, (event) => {
      void ask(channel)(event, null).then((reply) => (event.returnValue = reply));
    });
  }
}
