import type { JobSnapshot } from '@shared/contract/jobs';
import { jobTitle, type Say } from '@shared/domain/jobs/title';
import { fill, type Texts } from './texts';

/** The jobs that quitting concerns, by name: what runs, and what waits in its order. */
export interface Ending {
  readonly running: string;
  readonly waiting: readonly string[];
}

/** A dialog with more names would not fit a small screen. */
const MOST_NAMED = 12;

/** All that quitting concerns by name, and what becomes of it. */
export function closingDetail(texts: Texts['closing'], { running, waiting }: Ending): string {
  const stops = [texts.stops, `• ${running}`];
  if (waiting.length === 0) return stops.join('\n');
  const named = waiting.slice(0, MOST_NAMED).map((name) => `• ${name}`);
  const more = waiting.length - named.length;
  const rest = more === 0 ? [] : [fill(texts.more, { count: more })];
  return [...stops, '', texts.waits, ...named, ...rest].join('\n');
}

/** What a notification says of jobs that have ended: one by its name, several by their number. */
export function endingText(
  ended: readonly JobSnapshot[],
  texts: Texts['notification'],
  names: Say,
): { readonly title: string; readonly body: string } {
  const failed = ended.filter(({ state }) => state !== 'done').length;
  const title = failed === 0 ? texts.done : texts.failed;
  const [only] = ended;
  if (only !== undefined && ended.length === 1) return { title, body: jobTitle(only, names) };
  const body = fill(failed === 0 ? texts.several : texts.someFailed, { count: ended.length, failed });
  return { title: texts.all, body };
}
