import { describe, expect, it } from 'vitest';
import { judgedVoice } from '@shared/domain/voice/arranging';
import { bytesOf, linkOf, type PlannedHandOver, settleHandOvers } from '@shared/domain/voice/handOver';
import type { ExportPlan } from '@shared/jobs/exportPlan';
import { voice } from '../../../../fixtures/contract';

const problem = { code: 'INDEX_NOT_FOR_HOST', message: '', details: {} } as const;

function handOver(name: string, answer: Partial<ExportPlan> | typeof problem): PlannedHandOver {
  const judged = judgedVoice(voice({ id: `voice-${name}-00000000`, name }), () => null);
  const asked = { index: `index-${name}`, host: 'rvc', root: null, name, slot: null, setAside: false } as const;
  const plan: ExportPlan = {
    host: 'rvc',
    targets: [{ path: `/rvc/logs/${name}/added.index`, state: 'new', backup: null }],
    bytes: 1,
    link: null,
    slots: [],
    slot: null,
    others: [],
    beside: null,
    warnings: [],
    problems: [],
  };
  return { judged, request: { kind: 'export', ...asked }, answer: 'code' in answer ? answer : { ...plan, ...answer } };
}

const outcome = (...planned: PlannedHandOver[]): unknown => {
  const { ready, refused } = settleHandOvers(planned);
  return {
    ready: ready.map(({ judged }) => judged.voice.name),
    refused: refused.map(({ judged, obstacle }) => [judged.voice.name, obstacle]),
  };
};

describe('several hand-overs', () => {
  it('are made where nothing stands in the way, each into the slot that was found for it', () => {
    const slot = { id: '3', settings: null, index: null };
    const { ready } = settleHandOvers([handOver('aria', {}), handOver('ben', { slot })]);
    expect(ready.map(({ request }) => [request.name, request.slot])).toEqual([
      ['aria', null],
      ['ben', '3'],
    ]);
  });

  it('are left out with what stands in the way', () => {
    const failure = { type: 'failure', failure: problem };
    expect(
      outcome(
        handOver('lost', problem),
        handOver('unfit', { problems: [problem] }),
        handOver('loose', { targets: [] }),
      ),
    ).toEqual({
      ready: [],
      refused: [
        ['lost', failure],
        ['unfit', failure],
        ['loose', { type: 'slot' }],
      ],
    });
  });

  it('never write one file twice, also where its names differ in case only', () => {
    const at = (path: string): Partial<ExportPlan> => ({ targets: [{ path, state: 'new', backup: null }] });
    const lower = '/applio/logs/aria/aria.index';
    expect(
      outcome(handOver('Aria', at('/applio/logs/Aria/Aria.index')), handOver('aria', at(lower)), handOver('ben', {})),
    ).toEqual({ ready: ['Aria', 'ben'], refused: [['aria', { type: 'sameFile', name: 'Aria' }]] });
  });

  it('are linked where that can be, and say what is written of the others', () => {
    const here = { bytes: 10, link: 'hard' } as const;
    const apart = { bytes: 20, link: 'symbolic' } as const;
    const card = { bytes: 40, link: null } as const;
    const written = { bytes: 0, link: null } as const;
    expect([linkOf([here, card]), linkOf([here, apart]), linkOf([card, written]), linkOf([])]).toEqual([
      'hard',
      'symbolic',
      null,
      null,
    ]);
    expect(bytesOf([here, apart, card, written], false)).toBe(70);
    expect(bytesOf([here, apart, card, written], true)).toBe(40);
  });
});
