import type { Measurement, OriginalQuality, QualityPoint, VerdictLevel } from '@shared/contract/measurement';
import { count, paragraph, percent, span, table } from '../words';

/** What the commands that measure say of a measurement. */

/** Figures in scripts are plain numbers; their intervals stand beside them under the same names. */
export function measurementJson(measurement: Measurement): object {
  const { queries, stored, curve, original, expansion, origins, suggestion, verdict } = measurement;
  const { n, seed, optimistic, origin } = queries;
  const plain = ({ nprobe, recall, closeness, missing, empty, droppedBlocks, blend, normRatio }: QualityPoint) => ({
    nprobe,
    recall: recall.value,
    closeness: closeness.value,
    missing: missing.value,
    empty: empty.value,
    droppedBlocks: droppedBlocks?.value ?? null,
    blend,
    normRatio,
    intervals: { recall: span(recall), closeness: span(closeness), missing: span(missing) },
  });
  return {
    queries: { n, seed, origin, optimistic },
    stored: plain(stored),
    curve: curve.map(({ msPerSecond, ...point }) => ({
      ...plain(point),
      msPerSecond: { ...msPerSecond.oneThread, allThreads: msPerSecond.allThreads },
    })),
    original: original === null ? null : originalJson(original),
    expansion,
    origins: origins === null ? null : origins.voices,
    suggestion,
    verdict: {
      level: verdict.level,
      reason: verdict.reason.check,
      action: verdict.action,
      hosts: Object.fromEntries(Object.entries(verdict.hosts).map(([host, { level }]) => [host, level])),
    },
  };
}

function originalJson({ recall, closeness, blend, distance }: OriginalQuality): object {
  return {
    recall: recall.value,
    closeness: closeness.value,
    blend,
    distance: distance === null ? null : { value: distance.value, n: distance.n },
    intervals: {
      recall: span(recall),
      closeness: span(closeness),
      distance: distance === null ? null : span(distance),
    },
  };
}

export function measurementText(measurement: Measurement): string {
  const { queries, stored, curve, original, expansion, origins, suggestion, verdict, facts } = measurement;
  const asked = `${count(queries.n)} frames asked${queries.optimistic ? ' (optimistic: the index has seen them)' : ''}`;
  const lines = [
    `${LEVEL_WORDS[verdict.level]} Finds ${(stored.recall.value * 100).toFixed(0)} of 100 neighbors; ${percent(stored.missing.value)} of the frames miss one.`,
    `${asked}, ${facts.type}, ${count(facts.vectors)} vectors.`,
    '',
    table([
      ['nprobe', 'finds     as near   missing   ms per second of audio'],
      ...curve.map((point): [string, string] => [
        `${point.nprobe ?? '-'}${point.nprobe === stored.nprobe ? ' (stored)' : ''}`,
        [point.recall.value, point.closeness.value, point.missing.value]
          .map((value) => percent(value).padEnd(10))
          .join('') + point.msPerSecond.oneThread.p95.toFixed(1),
      ]),
    ]),
  ];
  if (original !== null) lines.push('', ...originalText(original));
  if (expansion !== null) {
    lines.push('', `Expanded: the cosine of a frame with what it became is ${expansion.median.toFixed(3)} (median).`);
  }
  if (origins !== null) {
    lines.push('', 'Voices:', ...origins.voices.map(({ name, vectors }) => `  ${name}, ${count(vectors)} vectors`));
  }
  if (suggestion.nprobe !== stored.nprobe && stored.nprobe !== null) {
    lines.push('', `Suggested: repair <index> --nprobe ${suggestion.nprobe}`);
  }
  return paragraph(lines);
}

function originalText({ recall, closeness, blend, distance }: OriginalQuality): readonly string[] {
  const rows: [string, string][] = [
    ['Against the original features', 'measured at the stored nprobe'],
    ['  finds', `${percent(recall.value)}, ${percent(closeness.value)} as near`],
  ];
  if (blend !== null) {
    const { same, slight, different } = blend;
    rows.push([
      '  would sound',
      `the same ${percent(same)}, slightly different ${percent(slight)}, different ${percent(different)}`,
    ]);
  }
  if (distance !== null) {
    rows.push([
      '  distance to what is kept',
      `${distance.value.toPrecision(3)} (mean of squares, ${count(distance.n)} frames)`,
    ]);
  }
  return table(rows).split('\n');
}

const LEVEL_WORDS = {
  good: 'Good.',
  usable: 'Usable.',
  repair: 'Needs repair.',
  unusable: 'Will not work.',
} as const satisfies Record<VerdictLevel, string>;
