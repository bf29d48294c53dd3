import { describe, expect, it } from 'vitest';
import { plain, USUAL_EXPANSION } from '@shared/contract/build';
import type { BuildRecord, CompressionReport } from '@shared/contract/record';
import { builtRelation, type Distances, type Looked, relate, shareOf } from '@shared/domain/measures/relation';

const record: BuildRecord = {
  format: 1,
  options: plain('balanced'),
  compression: null,
  expansion: null,
  selection: null,
  origins: [],
};
const compression: CompressionReport = {
  clusters: 400,
  method: 'kmeans',
  frames: 1_000,
  vectors: 400,
  unused: 0,
  meanSquaredDistance: 7,
};
const lacks = [
  { file: 'a.npy', missing: 0, frames: 600 },
  { file: 'b.npy', missing: 100, frames: 100 },
  { file: 'c.npy', missing: 150, frames: 300 },
];
const same: Looked = {
  frames: 1_000,
  vectors: 1_000,
  by: 'bytes',
  voiceInIndex: shareOf(1_000, 1_000, 1_000),
  indexOfVoice: shareOf(1_000, 1_000, 1_000),
  lacks: [],
  distances: null,
  record: null,
};
const near: Distances = {
  toIndex: { value: 7, low: 7, high: 7, n: 1_000 },
  ratio: 0.8,
  voiceNear: shareOf(490, 500, 1_000),
  indexNear: shareOf(480, 500, 1_000),
};
const changed: Looked = {
  ...same,
  indexOfVoice: shareOf(0, 1_000, 1_000),
  voiceInIndex: shareOf(0, 500, 1_000),
  distances: near,
};

describe('shareOf', () => {
  it('has an interval only where not all were looked at', () => {
    expect(shareOf(30, 40, 40)).toEqual({ value: 0.75, low: 0.75, high: 0.75, n: 40 });
    const sampled = shareOf(30, 40, 1_000);
    expect(sampled.low).toBeLessThan(0.75);
    expect(sampled.high).toBeGreaterThan(0.75);
  });
});

describe('relate, where vectors are frames', () => {
  it('knows a whole voice, and one to rounding', () => {
    expect(relate(same)).toMatchObject({ kind: 'whole', vectors: 'frames', by: 'bytes', distance: null });
    expect(relate({ ...same, by: 'distance' })).toMatchObject({ kind: 'whole', vectors: 'rounded', by: 'distance' });
  });

  it('names the files that are missing, most first', () => {
    const part = { ...same, voiceInIndex: shareOf(750, 1_000, 1_000), lacks };
    expect(relate(part)).toMatchObject({
      kind: 'part',
      missing: { frames: 250, files: [lacks[2], lacks[1]], more: 0 },
    });
  });

  it('does not miss what was left out on purpose', () => {
    const selection = { moments: [], files: ['b.npy', 'c.npy'], silence: false, duplicates: false, outliers: 0 };
    const report = {
      ...selection,
      frames: 1_000,
      kept: 750,
      dropped: { moments: 0, files: 250, silence: 0, duplicates: 0, outliers: 0 },
    };
    const looked = { ...same, voiceInIndex: shareOf(750, 1_000, 1_000), lacks };
    expect(relate({ ...looked, record: { ...record, selection: report } })).toMatchObject({
      kind: 'whole',
      voiceInIndex: { value: 0.75 },
      missing: { frames: 0, files: [] },
    });
    const outliers = {
      ...report,
      files: [],
      dropped: { moments: 0, files: 0, silence: 0, duplicates: 0, outliers: 250 },
    };
    expect(relate({ ...looked, record: { ...record, selection: outliers } }).kind).toBe('whole');
    const moments = { ...outliers, dropped: { ...outliers.dropped, moments: 200, outliers: 50 } };
    expect(relate({ ...looked, record: { ...record, selection: moments } }).kind).toBe('whole');
  });

  it('takes 995 of 1,000 for all', () => {
    const almost = shareOf(995, 1_000, 1_000);
    expect(relate({ ...same, indexOfVoice: almost }).kind).toBe('whole');
    expect(relate({ ...same, indexOfVoice: shareOf(994, 1_000, 1_000) }).kind).toBe('more');
    const lacking = (missing: number) => ({ ...same, lacks: [{ file: 'a.npy', missing, frames: 1_000 }] });
    expect(relate(lacking(5)).kind).toBe('whole');
    expect(relate(lacking(6)).kind).toBe('part');
    expect(relate(lacking(1)).missing).toEqual({ frames: 1, files: lacking(1).lacks, more: 0 });
  });

  it('names a hundred files, and says how many more there are', () => {
    const all = Array.from({ length: 101 }, (_, place) => ({ file: `${place}.npy`, missing: 1, frames: 10 }));
    const { missing } = relate({ ...same, lacks: all });
    expect([missing.frames, missing.files.length, missing.more]).toEqual([101, 100, 1]);
    expect(relate({ ...same, lacks: all.slice(1) }).missing.more).toBe(0);
  });

  it('knows more than the voice, though not all of the voice is there', () => {
    const more = { ...same, indexOfVoice: shareOf(600, 1_000, 1_000), voiceInIndex: shareOf(600, 1_000, 1_000), lacks };
    expect(relate(more)).toMatchObject({ kind: 'more', missing: { frames: 250 } });
  });
});

describe('relate, where vectors are no frames', () => {
  it('believes the record, when they lie where the voice does', () => {
    const small = { ...changed, vectors: 400, record: { ...record, compression } };
    expect(relate(small)).toMatchObject({
      kind: 'whole',
      vectors: 'compressed',
      by: 'record',
      voiceInIndex: { value: 1, n: 1_000 },
      distance: { value: 7 },
    });
    const grown = { ...small, frames: 1_500 };
    expect(relate(grown)).toMatchObject({ kind: 'part', missing: { frames: 500 }, voiceInIndex: { n: 1_500 } });
  });

  it('counts what was left out on purpose, for whatever reason, as not wanted', () => {
    const dropped = { moments: 10, files: 20, silence: 30, duplicates: 40, outliers: 50 };
    const selection = { moments: [], files: [], silence: true, duplicates: true, outliers: 0.05 };
    const selected = {
      ...record,
      selection: { ...selection, frames: 1_000, kept: 850, dropped },
      compression: { ...compression, frames: 850 },
    };
    const small = { ...changed, vectors: 400, record: selected };
    expect(relate(small)).toMatchObject({ kind: 'whole', missing: { frames: 0, files: [], more: 0 } });
    expect(relate({ ...small, frames: 1_500 })).toMatchObject({ kind: 'part', missing: { frames: 500 } });
  });

  it('takes 995 of 1,000 frames for all, and no more than there are', () => {
    const held = (frames: number) =>
      relate({ ...changed, vectors: 400, record: { ...record, compression: { ...compression, frames } } });
    expect(held(995).kind).toBe('whole');
    expect(held(994).kind).toBe('part');
    expect(held(1_200)).toMatchObject({ kind: 'whole', missing: { frames: 0 }, voiceInIndex: { value: 1 } });
  });

  it('knows an expanded voice by its vectors, and calls it by the last that was done', () => {
    const strength = { mean: 1, p5: 1, median: 1, p95: 1, bins: [] };
    const expanded = { ...record, expansion: { ...USUAL_EXPANSION, strength, recall: 1 } };
    expect(relate({ ...changed, record: expanded })).toMatchObject({
      kind: 'whole',
      vectors: 'expanded',
      by: 'record',
    });
    expect(relate({ ...changed, record: { ...expanded, compression } }).vectors).toBe('expanded');
    expect(builtRelation({ ...expanded, compression }, 400, false)).toMatchObject({
      vectors: 'expanded',
      by: 'record',
      distance: null,
    });
  });

  it('does not believe it of another voice', () => {
    const other = { ...near, ratio: 1.5, voiceNear: shareOf(10, 500, 1_000), indexNear: shareOf(10, 500, 1_000) };
    const looked = { ...changed, distances: other };
    for (const known of [null, { ...record, compression }]) {
      expect(relate({ ...looked, record: known })).toMatchObject({
        kind: 'other',
        vectors: 'unknown',
        by: 'distance',
        voiceInIndex: { value: 0.02 },
      });
    }
  });

  it('knows several voices by the record or by what lies far away', () => {
    const origins = [
      { name: 'a', vectors: 200 },
      { name: 'b', vectors: 200 },
    ];
    const merged = { ...changed, record: { ...record, compression, origins } };
    expect(relate(merged)).toMatchObject({ kind: 'more', vectors: 'compressed', by: 'record' });
    expect(relate({ ...merged, record: { ...merged.record, compression: null } }).vectors).toBe('unknown');
    const one = { ...merged, record: { ...merged.record, origins: origins.slice(1) } };
    expect(relate(one)).toMatchObject({ kind: 'whole', by: 'record' });
    const half = { ...near, indexNear: shareOf(250, 500, 1_000) };
    const far = { ...changed, distances: half };
    expect(relate(far)).toMatchObject({
      kind: 'more',
      vectors: 'unknown',
      by: 'distance',
      indexOfVoice: { value: 0.5 },
    });
    expect(relate({ ...far, record: { ...record, compression } }).vectors).toBe('compressed');
    expect(relate({ ...far, indexOfVoice: shareOf(600, 1_000, 1_000) }).indexOfVoice.value).toBe(0.6);
    expect(relate({ ...far, distances: { ...half, ratio: null } }).kind).toBe('unknown');
    const three = { ...near, indexNear: shareOf(375, 500, 1_000) };
    expect(relate({ ...changed, distances: three }).kind).toBe('unknown');
  });

  it('says that it does not know what nobody told', () => {
    expect(relate({ ...changed, vectors: 400 })).toMatchObject({ kind: 'unknown', vectors: 'compressed' });
    expect(relate(changed)).toMatchObject({ kind: 'unknown', vectors: 'unknown', by: 'distance' });
    expect(relate({ ...changed, record })).toMatchObject({ kind: 'unknown', by: 'distance' });
    expect(relate({ ...changed, vectors: 995 }).vectors).toBe('unknown');
    const lone = { ...changed, vectors: 400, distances: { ...near, ratio: null } };
    expect(relate(lone)).toMatchObject({ kind: 'unknown', vectors: 'unknown' });
  });
});

describe('builtRelation', () => {
  it('holds all that it was made of', () => {
    const all = { value: 1, low: 1, high: 1, n: 1_000 };
    expect(builtRelation(record, 1_000, false)).toEqual({
      kind: 'whole',
      vectors: 'frames',
      by: 'record',
      voiceInIndex: all,
      indexOfVoice: all,
      missing: { frames: 0, files: [], more: 0 },
      distance: null,
    });
    expect(builtRelation(record, 1_000, true)).toMatchObject({ vectors: 'rounded' });
    expect(builtRelation({ ...record, compression }, 400, true)).toMatchObject({
      kind: 'whole',
      vectors: 'compressed',
      voiceInIndex: { value: 1, n: 1_000 },
      indexOfVoice: { value: 1, n: 400 },
      distance: { value: 7, n: 1_000 },
    });
  });
});
