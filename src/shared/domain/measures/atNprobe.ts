import type { Measurement, Verdict } from '@shared/contract/measurement';
import type { IndexFacts } from '@shared/contract/voices';
import { suggestNprobe } from './curve';
import { judge } from '../verdict/verdict';

/** What a verdict on a measured index is drawn from. */
export type Measured = Pick<Measurement, 'facts' | 'queries' | 'stored' | 'suggestion' | 'relation' | 'evidence'>;

/** The verdict on what was measured. */
export function judgeMeasured({ facts, queries, stored, suggestion, relation, evidence }: Measured): Verdict {
  return judge({ ...evidence, facts, quality: stored, origin: queries.origin, suggestion, relation });
}

/**
 * What a measurement says about the same index with another nprobe stored, which is 8 bytes of the file: its curve was
 * measured at that nprobe too. What was only looked at for the stored one, the story of a search and the worst moments, is
 * not known for the other.
 *
 * @param facts Of the file with the other nprobe.
 * @param hash SHA-256 of that file, hex.
 * @returns null when the curve has no such point, or when the facts tell of another index.
 */
export function atNprobe(
  measurement: Measurement,
  nprobe: number,
  facts: IndexFacts,
  hash: string,
): Measurement | null {
  const { curve, evidence, queries, relation, story, moments } = measurement;
  const point = curve.find((known) => known.nprobe === nprobe);
  if (point === undefined || !isSame(facts, { ...measurement.facts, nprobe })) return null;
  const { msPerSecond, hostMs, ...stored } = point;
  const suggestion = suggestNprobe(curve, nprobe, relation);
  const unchanged = measurement.stored.nprobe === nprobe;
  return {
    ...measurement,
    facts,
    hash,
    stored,
    suggestion,
    story: unchanged ? story : null,
    moments: unchanged || moments === null ? moments : { ...moments, worst: [], story: null },
    verdict: judgeMeasured({ facts, queries, stored, suggestion, relation, evidence }),
  };
}

function isSame(facts: IndexFacts, expected: IndexFacts): boolean {
  return JSON.stringify(facts) === JSON.stringify(expected);
}
