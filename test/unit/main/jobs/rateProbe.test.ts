import { describe, expect, it } from 'vitest';
import type { Rates } from '@shared/contract/rates';
import { UNKNOWN_RATES } from '@shared/domain/recipes/forecast';
import { RateProbe } from '../../../../src/main/jobs/rateProbe';
import { RateHistory } from '../../../../src/main/jobs/rates';
import { openDatabase } from '../../../../src/main/library/database';
import { Memory } from '../../../../src/main/library/memory';
import { silentLog } from '../../../fixtures/mainServices';

const PROBED: Rates = { read: 1, train: 2, add: 3, write: 4, measure: 5, compress: 6, expand: 7 };

/** A probe that is answered by hand. */
function probing() {
  const history = new RateHistory(new Memory(openDatabase(':memory:', silentLog)));
  const state = { busy: false, warned: 0 };
  const answers: { readonly resolve: (rates: Rates) => void; readonly reject: (error: Error) => void }[] = [];
  const probe = new RateProbe({
    history,
    isBusy: () => state.busy,
    run: () => new Promise((resolve, reject) => answers.push({ resolve, reject })),
    log: { ...silentLog, warn: () => state.warned++ },
  });
  return { probe, history, state, answers };
}

describe('the probe of speeds', () => {
  it('runs once, whoever asks meanwhile or later, and is kept', async () => {
    const { probe, history, answers } = probing();
    const asked = [probe.current(), probe.current()];
    expect(answers).toHaveLength(1);
    answers[0]?.resolve(PROBED);
    expect(await Promise.all(asked)).toEqual([PROBED, PROBED]);
    expect(await probe.current()).toEqual(PROBED);
    expect(history.current()).toEqual(PROBED);
    expect(answers).toHaveLength(1);
  });

  it('does not run beside a job', async () => {
    const { probe, state, answers } = probing();
    state.busy = true;
    expect(await probe.current()).toEqual(UNKNOWN_RATES);
    expect(answers).toHaveLength(0);
  });

  it('forgets what a job has spoilt that began meanwhile, and runs another time', async () => {
    const { probe, state, answers } = probing();
    const asked = probe.current();
    state.busy = true;
    answers[0]?.resolve(PROBED);
    expect(await asked).toEqual(UNKNOWN_RATES);
    state.busy = false;
    const again = probe.current();
    answers[1]?.resolve(PROBED);
    expect(await again).toEqual(PROBED);
  });

  it('begins anew when jobs may take more or less of the computer', async () => {
    const { probe, history, answers } = probing();
    const asked = probe.current();
    answers[0]?.resolve(PROBED);
    await asked;
    probe.forget();
    expect(history.current()).toEqual(UNKNOWN_RATES);
    const again = probe.current();
    answers[1]?.resolve({ ...PROBED, train: 1 });
    expect(await again).toEqual({ ...PROBED, train: 1 });
  });

  it('leaves the speeds unknown when it fails, says so in the log only, and does not try again', async () => {
    const { probe, state, answers } = probing();
    const asked = probe.current();
    answers[0]?.reject(new Error('no engine'));
    expect(await asked).toEqual(UNKNOWN_RATES);
    expect(await probe.current()).toEqual(UNKNOWN_RATES);
    expect([answers.length, state.warned]).toEqual([1, 1]);
  });
});
