import { describe, expect, it } from 'vitest';
import type { MeasurementOutline } from '@shared/contract/measurement';
import { type BatchAction, type BatchContext, planVoice, tally, toMeasure } from '@shared/domain/voice/batch';
import { usableName } from '@shared/domain/hosts/names';
import { type JudgedVoice, judgedVoice } from '@shared/domain/voice/arranging';
import type { Look } from '@shared/domain/verdict/health';
import { isMendable } from '@shared/domain/verdict/mending';
import { facts, indexFile, voice } from '../../../../fixtures/contract';
import { modelFile } from '../../../../fixtures/mainServices';
import { quality } from '../../../renderer/components/charts/measurements';

const outline = (recall: number, missing: number): MeasurementOutline => ({
  queries: { n: 552, seed: 1, origin: 'held-out' },
  stored: quality(4, recall, missing),
  suggestion: { nprobe: 8, reason: 'target' },
  evidence: { idsSequential: true, nonFinite: 0, meanNorm: null },
  relation: null,
  source: null,
});
const known = new Map([
  ['index-fine', outline(0.99, 0)],
  ['index-shallow', outline(0.3, 0.2)],
]);
const look: Look = ({ id }) => known.get(id) ?? null;

const problem = { code: 'NO_FEATURES', message: '', details: {} } as const;
const judged = (id: string, change: Parameters<typeof voice>[0] = {}): JudgedVoice =>
  judgedVoice(voice({ id: `voice-${id}`, name: id, path: `/logs/${id}`, ...change }), look);

const fine = judged('fine', { indexes: [indexFile({ id: 'index-fine' })] });
const shallow = judged('shallow', { indexes: [indexFile({ id: 'index-shallow' })] });
const unknown = judged('unknown', { indexes: [indexFile({ id: 'index-unknown' })] });
const bare = judged('bare');
const hollow = judged('hollow', { frames: 0, featuresPath: null, problem });
const empty = judged('empty', { indexes: [indexFile({ id: 'index-empty', facts: facts({ vectors: 0 }) })] });
const away = judged('away', { path: '/drive/away' });
const ALL = [fine, shallow, unknown, bare, hollow, empty, away];

const context: BatchContext = {
  look,
  away: { [away.voice.id]: { source: 'folder-0000001', absence: 'gone' } },
  names: ALL.map((one) => one.voice.name),
};

/** Of all of them, as a person is told. */
function planAll(action: BatchAction, voices: readonly JudgedVoice[]) {
  const answers = voices.map((one) => ({ judged: one, answer: planVoice(action, one, context) }));
  return {
    requests: answers.flatMap(({ judged: one, answer }) =>
      typeof answer === 'string' ? [] : answer.map((request) => ({ judged: one, request })),
    ),
    refused: answers.flatMap(({ judged: one, answer }) =>
      typeof answer === 'string' ? [{ judged: one, reason: answer }] : [],
    ),
  };
}

function planned(action: BatchAction): { readonly jobs: string[]; readonly left: Record<string, string> } {
  const { requests, refused } = planAll(action, ALL);
  return {
    jobs: requests.map((one) => one.judged.voice.name),
    left: Object.fromEntries(refused.map((one) => [one.judged.voice.name, one.reason])),
  };
}

describe('a batch', () => {
  it('builds what has features', () => {
    expect(planned('build')).toEqual({
      jobs: ['fine', 'shallow', 'unknown', 'bare', 'empty'],
      left: { hollow: 'noFeatures', away: 'away' },
    });
  });

  it('measures what nothing is known about', () => {
    expect(planned('measure')).toEqual({
      jobs: ['unknown'],
      left: {
        fine: 'measured',
        shallow: 'measured',
        bare: 'noIndex',
        hollow: 'noIndex',
        empty: 'noIndex',
        away: 'away',
      },
    });
  });

  it('repairs what one press mends', () => {
    expect(planned('repair')).toEqual({
      jobs: ['shallow'],
      left: { fine: 'fine', unknown: 'fine', bare: 'noIndex', hollow: 'noIndex', empty: 'building', away: 'away' },
    });
    expect(planAll('repair', [shallow]).requests[0]?.request).toEqual({
      kind: 'repair',
      index: 'index-shallow',
      change: { type: 'nprobe', nprobe: 8 },
    });
  });

  it('hands over what can be used', () => {
    expect(planned('use').jobs).toEqual(['fine', 'unknown']);
    expect(planned('use').left).toMatchObject({ shallow: 'unusable', empty: 'unusable', bare: 'noIndex' });
  });
});

it('hands over for the model that is there, where that is not called like the voice', () => {
  const trained = judged('trained', {
    indexes: [indexFile({ id: 'index-fine' })],
    models: [modelFile('/rvc/assets/weights/trained_e100_s2000.pth')],
  });
  const [one] = planAll('use', [trained]).requests;
  expect(one?.request).toMatchObject({ name: 'trained', model: 'trained_e100_s2000.pth' });
});

it('hands over under another name where no index could bear that of the voice', () => {
  const long = judged('가'.repeat(85), { indexes: [indexFile({ id: 'index-fine' })] });
  const [one] = planAll('use', [long]).requests;
  expect(one?.request).toMatchObject({ name: usableName(long.voice.name) });
  expect(usableName(long.voice.name)).not.toBe(long.voice.name);
});

it('knows without a name for each what one press mends', () => {
  const foreign = judged('아리아', { indexes: [indexFile({ id: 'index-fine', name: 'added_아리아.index' })] });
  const all = [...ALL, foreign].filter(({ best }) => best !== null);
  const mendable = all.filter(({ voice: of, health, best }) => isMendable(health, { voice: of, index: best! }, look));
  const mended = all.filter((one) => typeof planVoice('repair', one, { ...context, away: {} }) !== 'string');
  expect(mendable).toEqual(mended);
  expect(mendable.length).toBeGreaterThan(0);
});

it('measures one of several indexes that are the same', () => {
  const twin = judged('twin', {
    indexes: [indexFile({ id: 'index-one' }), indexFile({ id: 'index-two', copyOf: 'one.index' })],
  });
  expect(toMeasure(twin, look).map(({ id }) => id)).toEqual(['index-one']);
});

it('counts each voice of a library once', () => {
  expect(tally(ALL, context)).toEqual({ fine: 1, repair: 1, build: 2, withoutFeatures: 1, unknown: 1, away: 1 });
});
