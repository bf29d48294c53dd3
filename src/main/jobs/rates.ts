import * as v from 'valibot';
import { Rates } from '@shared/contract/rates';
import type { TrainResult } from '@shared/jobs/train';
import { measuredRates, ratesOf, UNKNOWN_RATES } from '@shared/domain/recipes/forecast';
import type { Memory } from '../library/memory';

const KEY = 'rates';
const PROBED_KEY = 'probedRates';
const KEPT = 5;

/** The median of what is known; of an even number, the lower of the two in the middle. */
function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known[Math.floor((known.length - 1) / 2)] ?? null;
}

function medianRates(history: readonly Rates[]): Rates {
  return ratesOf((step) => median(history.map((rates) => rates[step])));
}

/**
 * How fast this computer is, from the last five trainings: one that ran beside a game does not spoil the forecast. What none
 * of them has shown is as a probe found it.
 */
export class RateHistory {
  readonly #memory: Pick<Memory, 'get' | 'set'>;

  constructor(memory: Pick<Memory, 'get' | 'set'>) {
    this.#memory = memory;
  }

  current(): Rates {
    const probed = this.#memory.get(PROBED_KEY, Rates) ?? UNKNOWN_RATES;
    const built = medianRates(this.#read());
    return ratesOf((step) => built[step] ?? probed[step]);
  }

  keepProbed(rates: Rates): void {
    this.#memory.set(PROBED_KEY, rates);
  }

  /** Begins anew: on as many threads as before nothing runs any more. */
  forget(): void {
    this.#memory.set(KEY, []);
    this.#memory.set(PROBED_KEY, UNKNOWN_RATES);
  }

  record({ seconds, vectors, dimension, nlist, measurement, record }: TrainResult): void {
    const { compression, expansion } = record;
    // Selecting is quick beside either; of a voice both compressed and expanded it is not known which took how long.
    const both = compression !== null && expansion !== null;
    const rates = measuredRates(
      { ...seconds, compress: both ? 0 : seconds.prepare, expand: both ? 0 : seconds.prepare },
      {
        frames: compression?.frames ?? vectors,
        dimension,
        vectors,
        nlist,
        clusters: compression?.clusters ?? null,
        expanded: expansion !== null,
        measured: measurement !== null,
      },
    );
    this.#memory.set(KEY, [...this.#read(), rates].slice(-KEPT));
  }

  #read(): Rates[] {
    return this.#memory.get(KEY, v.array(Rates)) ?? [];
  }
}
