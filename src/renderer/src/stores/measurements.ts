import { shallowRef, watch } from 'vue';
import { defineStore } from 'pinia';
import type { ResultOf } from '@shared/contract/channels';
import type { JobSnapshot } from '@shared/contract/jobs';
import type { IndexFile } from '@shared/contract/voices';
import { isMeasurable, type Measured } from '@shared/domain/verdict/health';
import { useJobs } from './jobs';

export type IndexMeasurements = ResultOf<'measurements.ofIndex'>;

/** Whole measurements are large (a map of thousands of groups): only the ones looked at last are kept. */
const KEPT = 4;

/** What has been measured about the indexes, asked for when a page needs it. */
export const useMeasurements = defineStore('measurements', () => {
  const jobs = useJobs();
  /** What the verdict on every index that was asked about rests on; null when it has not been measured. */
  const known = shallowRef<ReadonlyMap<string, Measured | null>>(new Map());
  const whole = shallowRef<ReadonlyMap<string, IndexMeasurements>>(new Map());
  /** Indexes whose whole measurement a page shows, the last one last. */
  const opened = new Set<string>();
  /** The state of the file that the last question was about. */
  const asked = new Map<string, number>();
  /** Only the answer to the last question about an index counts. */
  const questions = new Map<string, number>();
  let queue = Promise.resolve();

  async function ask(id: string): Promise<void> {
    const question = (questions.get(id) ?? 0) + 1;
    questions.set(id, question);
    const answer = await window.api.call('measurements.ofIndex', { id });
    if (questions.get(id) !== question) return;
    known.value = new Map(known.value).set(id, summarize(answer));
    if (!opened.has(id)) return;
    const rest = [...whole.value].filter(([known]) => known !== id && opened.has(known));
    whole.value = new Map([...rest, [id, answer]]);
  }

  /** Everything measured about an index, for a page that shows it. */
  function open(id: string): Promise<void> {
    opened.delete(id);
    opened.add(id);
    for (const oldest of [...opened].slice(0, -KEPT)) opened.delete(oldest);
    return ask(id);
  }

  /** The verdicts on these indexes, one after the other in the background; a file is asked about once per change. */
  function want(indexes: readonly IndexFile[]): void {
    for (const index of indexes) {
      if (!isMeasurable(index) || asked.get(index.id) === index.modified) continue;
      asked.set(index.id, index.modified);
      queue = queue.then(() => ask(index.id)).catch(() => undefined);
    }
  }

  const look = ({ id }: Pick<IndexFile, 'id'>): Measured | null => known.value.get(id) ?? null;

  watch(
    () => jobs.ended,
    (job) => {
      if (job?.state !== 'done') return;
      for (const id of touchedBy(job)) void ask(id).catch(() => undefined);
    },
    { flush: 'sync' },
  );

  return { known, whole, open, want, look };
});

function summarize({ latest }: IndexMeasurements): Measured | null {
  if (latest === null) return null;
  const { queries, stored, suggestion, evidence, relation, source } = latest;
  return { queries, stored, suggestion, evidence, relation, source };
}

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
    case 'export':
    case 'tune':
    case 'sift':
    case 'listen':
      return [];
  }
}
