import * as v from 'valibot';
import { type EventName, events } from '@shared/contract/events';

/** What main tells, held against the contract. */
export function parseEvent(event: EventName, value: unknown): v.SafeParseResult<(typeof events)[EventName]> {
  return v.safeParse(events[event], value);
}
