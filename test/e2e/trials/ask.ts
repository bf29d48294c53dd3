import type { Page } from '@playwright/test';
import type { Api } from '@shared/contract/api';
import type { ArgumentOf, Channel, ResultOf } from '@shared/contract/channels';

/** Asks main as the page does. */
export async function ask<C extends Channel>(page: Page, channel: C, argument: ArgumentOf<C>): Promise<ResultOf<C>> {
  const answer: unknown = await page.evaluate(
    ([name, given]) => (window as unknown as { readonly api: Api }).api.call(name as C, given as ArgumentOf<C>),
    [channel, argument] as const,
  );
  return answer as ResultOf<C>;
}
