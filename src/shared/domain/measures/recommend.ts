import type { Figure, Measurement } from '../../contract/measurement';

/** A file smaller by less than this share is not worth a choice. */
const SMALLER = 0.05;

/** Which of several indexes to use, and what speaks for it. */
export interface Advice {
  readonly use: number;
  /** The one it is held against: the best of the others in what decides. */
  readonly than: number;
  /**
   * `ofVoice`: the others are of another voice; `complete`: in the others moments miss neighbors; `closer`: more moments
   * come out the same (`closerNeighbors`: more neighbors are the right ones, where sameness is not known); `smaller`: no
   * other is closer, and its file is the smallest.
   */
  readonly why: 'ofVoice' | 'complete' | 'closer' | 'closerNeighbors' | 'smaller';
}

/**
 * Which index of those measured together to use: one of this voice before one of another, one that leaves no moment short
 * of neighbors before one that does, then the closest, then the smallest. Figures whose 95 % intervals meet are level.
 *
 * @returns places in the list; null where nothing speaks for one of them
 */
export function recommend(measurements: readonly Measurement[]): Advice | null {
  const all = measurements.map((measurement, place) => ({ place, measurement }));
  const known = measurements.every(({ stored }) => stored.same !== null);
  const closeness = ({ measurement: { stored } }: Entry): Figure => (known ? stored.same : null) ?? stored.recall;

  const own = all.filter(({ measurement }) => measurement.relation?.kind !== 'other');
  if (own.length === 1) return against('ofVoice', own, all, (one) => -closeness(one).value);
  const voices = own.length > 0 ? own : all;

  const complete = voices.filter(({ measurement }) => measurement.stored.missing.value === 0);
  if (complete.length === 1) {
    return against('complete', complete, voices, ({ measurement }) => measurement.stored.missing.value);
  }
  const able = complete.length > 0 ? complete : voices;

  const best = leastBy(able, (one) => -closeness(one).value);
  if (best === null) return null;
  const level = able.filter((one) => closeness(one).high >= closeness(best).low);
  if (level.length === 1) {
    return against(known ? 'closer' : 'closerNeighbors', level, able, (one) => -closeness(one).value);
  }

  const smallest = leastBy(level, ({ measurement }) => measurement.bytes);
  const next = leastBy(
    level.filter((one) => one !== smallest),
    ({ measurement }) => measurement.bytes,
  );
  if (smallest === null || next === null) return null;
  return smallest.measurement.bytes < next.measurement.bytes * (1 - SMALLER)
    ? { use: smallest.place, than: next.place, why: 'smaller' }
    : null;
}

interface Entry {
  readonly place: number;
  readonly measurement: Measurement;
}

/** The only one that is left, held against the least of the others. */
function against(
  why: Advice['why'],
  [one]: readonly Entry[],
  among: readonly Entry[],
  of: (entry: Entry) => number,
): Advice | null {
  const other = leastBy(
    among.filter((entry) => entry !== one),
    of,
  );
  return one === undefined || other === null ? null : { use: one.place, than: other.place, why };
}

function leastBy(entries: readonly Entry[], of: (entry: Entry) => number): Entry | null {
  return entries.reduce<Entry | null>(
    (least, entry) => (least === null || of(entry) < of(least) ? entry : least),
    null,
  );
}
