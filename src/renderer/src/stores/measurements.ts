import { shallowRef, watch } from 'vue';
import { defineStore } from 'pinia';
import {
  type IndexMeasurements,
  MOST_OUTLINES,
  type MeasurementOutline,
  measurementOutline,
} from '@shared/contract/measurement';
import type { JobSnapshot } from '@shared/contract/jobs';
import { unpack } from '@shared/contract/packed';
import type { IndexFile } from '@shared/contract/voices';
import { isMeasurable } from '@shared/domain/verdict/health';
import { copiesOf } from '@shared/domain/voice/linked';
import { useJobs } from './jobs';
import { useLibrary } from './library';

/** Whole measurements are large (a map of thousands of groups): only the ones looked at last are kept. */
const KEPT = 4;

/** What has been measured about the indexes, asked for when a page needs it. */
export const useMeasurements = defineStore('measurements', () => {
  const jobs = useJobs();
  const library = useLibrary();
  /** What the verdict on every index that was asked about rests on; null when it has not been measured. */
  const known = shallowRef<ReadonlyMap<string, MeasurementOutline | null>>(new Map());
  const whole = shallowRef<ReadonlyMap<string, IndexMeasurements>>(new Map());
  /** Indexes whose whole measurement a page shows, the last one last. */
  const opened = new Set<string>();
  /** The state of the file that the last question was about. */
  const asked = new Map<string, string>();
  /** Only the answer to the last question about an index counts. */
  const questions = new Map<string, number>();
  /** What is to be asked about in the background. */
  const waiting = new Set<string>();
  let asking = false;

  function pose(id: string): number {
    const question = (questions.get(id) ?? 0) + 1;
    questions.set(id, question);
    return question;
  }

  async function askWhole(id: string): Promise<void> {
    const question = pose(id);
    const answer = unpack(await window.api.call('measurements.ofIndex', { id }));
    if (questions.get(id) !== question) return;
    known.value = new Map(known.value).set(id, answer.latest && measurementOutline(answer.latest));
    if (!opened.has(id)) return;
    const rest = [...whole.value].filter(([other]) => other !== id && opened.has(other));
    whole.value = new Map([...rest, [id, answer]]);
  }

  /** The verdict on many, and no more of them than that. */
  async function askOutlines(ids: readonly string[]): Promise<void> {
    const posed = ids.map((id) => [id, pose(id)] as const);
    const answers = await window.api.call('measurements.outlines', { indexes: [...ids] });
    const found = new Map(answers.map(({ index, outline }) => [index, outline]));
    const news = posed.filter(([id, question]) => {
      const outline = found.get(id);
      return questions.get(id) === question && outline !== undefined && !(outline === null && !known.value.get(id));
    });
    if (news.length === 0) return;
    known.value = new Map([...known.value, ...news.map(([id]) => [id, found.get(id) ?? null] as const)]);
  }

  /** Of what a page shows everything is asked for, of all else the verdict, many at a time. */
  function ask(ids: readonly string[]): void {
    for (const id of ids) {
      if (opened.has(id)) void askWhole(id).catch(() => undefined);
      else waiting.add(id);
    }
    void askWaiting();
  }

  async function askWaiting(): Promise<void> {
    if (asking) return;
    asking = true;
    while (waiting.size > 0) {
      const next = [...waiting].slice(0, MOST_OUTLINES);
      for (const id of next) waiting.delete(id);
      await askOutlines(next).catch(() => undefined);
    }
    asking = false;
  }

  /** Everything measured about an index, for a page that shows it. */
  function open(id: string): Promise<void> {
    opened.delete(id);
    opened.add(id);
    // The verdict comes along; asked for on its own afterwards, its answer would be the only one that counts.
    waiting.delete(id);
    for (const oldest of [...opened].slice(0, -KEPT)) opened.delete(oldest);
    return askWhole(id);
  }

  /** The verdicts on these indexes, in the background; a file is asked about once per change. */
  function want(indexes: readonly IndexFile[]): void {
    // Of a copy the answer may be that of its original.
    const stateOf = ({ modified, copyOf = '' }: IndexFile): string => `${modified} ${copyOf}`;
    const news = indexes.filter((index) => asked.get(index.id) !== stateOf(index) && isMeasurable(index));
    for (const index of news) asked.set(index.id, stateOf(index));
    ask([...new Set(news.map(({ id }) => id))]);
  }

  /** What is known of an index is known of what is the same. */
  function copiesIn(id: string): readonly string[] {
    const found = library.index(id);
    return found?.voice == null ? [] : copiesOf(found.index, found.voice.indexes).map((copy) => copy.id);
  }

  const look = ({ id }: Pick<IndexFile, 'id'>): MeasurementOutline | null => known.value.get(id) ?? null;

  watch(
    () => jobs.ended,
    (job) => {
      if (job?.state === 'done') ask(touchedBy(job).flatMap((id) => [id, ...copiesIn(id)]));
    },
    { flush: 'sync' },
  );

  return { known, whole, open, want, look };
});

/** Indexes about which something else may be known after this job. */
function touchedBy({ request, result }: JobSnapshot): readonly string[] {
  switch (request.kind) {
    case 'measure':
      return [request.index];
    case 'compare':
      return request.indexes;
    case 'repair':
      return result?.kind === 'repair' && result.index !== null ? [request.index, result.index] : [request.index];
    case 'train':
      return result?.kind === 'train' && result.index !== null ? [result.index] : [];
    case 'sample':
    case 'unpack':
    case 'export':
    case 'takeBack':
    case 'tune':
    case 'sift':
    case 'listen':
      return [];
  }
}
