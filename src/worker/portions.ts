import { PORTION, type WorkerMessage } from '@shared/contract/work';
import { type ResultOf, type WorkKind, workKinds } from '@shared/jobs';

/** The messages that answer a request: long lists of the result a portion at a time, and then the rest of it. */
export function* answerOf<K extends WorkKind>(id: number, kind: K, value: ResultOf<K>): Generator<WorkerMessage> {
  const rest: Record<string, unknown> = { ...value };
  for (const list of Object.keys(workKinds[kind].long?.items ?? {})) {
    const items = rest[list];
    if (!Array.isArray(items) || items.length <= PORTION) continue;
    for (let from = 0; from < items.length; from += PORTION)
      yield { type: 'portion', id, list, items: items.slice(from, from + PORTION) };
    rest[list] = [];
  }
  yield { type: 'result', id, value: rest };
}
