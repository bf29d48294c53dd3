import type { Rates } from '@shared/contract/rates';
import { knowsAll } from '@shared/domain/recipes/forecast';
import type { Log } from '../../supervisor/log';
import type { RateHistory } from './rates';

export interface RateProbeOptions {
  readonly history: Pick<RateHistory, 'current' | 'keepProbed' | 'forget'>;
  /** Whether a job runs: beside it everything is slower. */
  readonly isBusy: () => boolean;
  readonly run: () => Promise<Rates>;
  readonly log: Log;
}

/** Tries out how fast this computer is, for the forecast of a first build. */
export class RateProbe {
  readonly #options: RateProbeOptions;
  #tried: Promise<void> | null = null;

  constructor(options: RateProbeOptions) {
    this.#options = options;
  }

  /**
   * The speeds that are known. While any is not, it is tried out first: once, and never beside a job. A failure leaves it
   * unknown.
   */
  async current(): Promise<Rates> {
    const { history, isBusy } = this.#options;
    if (!knowsAll(history.current()) && (this.#tried !== null || !isBusy())) await (this.#tried ??= this.#try());
    return history.current();
  }

  /** What jobs may take of the computer has changed, and with it every speed. */
  forget(): void {
    this.#options.history.forget();
    this.#tried = null;
  }

  async #try(): Promise<void> {
    const { history, isBusy, run, log } = this.#options;
    try {
      const rates = await run();
      // A job that began meanwhile has spoilt the figures: another time.
      if (isBusy()) this.#tried = null;
      else history.keepProbed(rates);
    } catch (error) {
      log.warn(`the speed of this computer was not found out: ${String(error)}`);
    }
  }
}
