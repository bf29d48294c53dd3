import type { CurvePoint, Figure, Measurement, QualityPoint, Relation, VoiceMap } from '@shared/contract/measurement';
import { summarizeLists } from '@shared/domain/measures/listSizes';

export function figure(value: number, margin = 0): Figure {
  return { value, low: value - margin, high: value + margin };
}

/** Quality at one nprobe; `recall`, `missing` and `empty` are shares. */
export function quality(nprobe: number, recall: number, missing: number, empty = 0): QualityPoint {
  return {
    nprobe,
    recall: figure(recall, 0.01),
    closeness: figure(0.9 + recall / 10, 0.002),
    same: figure(Math.min(1, recall + 0.02), 0.01),
    missing: figure(missing, 0.001),
    empty: figure(empty),
    droppedBlocks: figure(Math.min(1, missing * 5)),
    blend: { median: 0.1, p95: 0.8, same: 0.7, slight: 0.26, different: 0.04 },
    normRatio: 0.99,
  };
}

/** The same with a cost that grows with nprobe. */
export function curvePoint(nprobe: number, recall: number, missing: number, empty = 0): CurvePoint {
  return {
    ...quality(nprobe, recall, missing, empty),
    msPerSecond: { oneThread: { p50: nprobe / 2, p95: nprobe }, allThreads: { p50: nprobe / 4, p95: nprobe / 2 } },
    hostMs: nprobe,
  };
}

export const CURVE: readonly CurvePoint[] = [
  curvePoint(1, 0.52, 0.11, 0.02),
  curvePoint(2, 0.78, 0.02),
  curvePoint(4, 0.92, 0.002),
  curvePoint(8, 0.97, 0),
];

/** A measurement at nprobe 1 with a better value at 8. */
export function measurement(changes: Partial<Measurement> = {}): Measurement {
  const lists = summarizeLists([120, 60, 30, 12, 3, 0]);
  return {
    facts: {
      type: 'IndexIVFFlat',
      vectors: 225,
      dimension: 768,
      metric: 'l2',
      nlist: 6,
      nprobe: 1,
      trained: true,
      lists,
    },
    bytes: 142_000_000,
    hash: 'ab',
    reference: 'voice',
    queries: { n: 2_000, seed: 1, origin: 'held-out' },
    stored: quality(1, 0.52, 0.11, 0.02),
    curve: [...CURVE],
    suggestion: { nprobe: 8, reason: 'target' },
    contents: null,
    relation: null,
    expansion: null,
    origins: null,
    lists,
    source: null,
    map: null,
    story: null,
    moments: null,
    evidence: { idsSequential: null, nonFinite: null, meanNorm: null },
    verdict: {
      level: 'repair',
      reason: { check: 'missing', level: 'repair', action: 'setNprobe', values: {} },
      action: 'setNprobe',
      rows: [],
      hosts: {},
    } as unknown as Measurement['verdict'],
    seconds: 1,
    ...changes,
  };
}

/** An index of all frames of its voice. */
export function relation(changes: Partial<Relation> = {}): Relation {
  return {
    kind: 'whole',
    vectors: 'frames',
    by: 'bytes',
    voiceInIndex: { ...figure(1), n: 225 },
    indexOfVoice: { ...figure(1), n: 225 },
    missing: { frames: 0, files: [], more: 0 },
    distance: null,
    ...changes,
  };
}

/** Four groups on a line: enough, enough, small, empty. */
export const MAP: VoiceMap = {
  explained: 0.31,
  groups: [40, 20, 3, 0].map((size, list) => ({
    list,
    x: list,
    y: 0,
    size,
    origin: null,
    nearest: [0, 1, 2, 3]
      .filter((other) => other !== list)
      .map((other) => ({ list: other, distance: (other - list) ** 2 }))
      .sort((a, b) => a.distance - b.distance),
  })),
};
