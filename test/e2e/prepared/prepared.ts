import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Api } from '@shared/contract/api';
import { DEFAULT_SETTINGS } from '@shared/contract/settings';
import {
  DEFAULT_SIZE,
  end,
  hasFailed,
  keepEvidence,
  launchTraced,
  type Look,
  resize,
  test as base,
  USUAL_MEDIA,
  type Voronoice,
} from '../launch';

/** Where prepare.setup.ts leaves what it makes. */
export const PREPARED = resolve(import.meta.dirname, '../../../test-results/prepared');
/** As it was when there was the sample voice and nothing else. */
export const SAMPLED = join(PREPARED, 'sampled');

export function userDataIn(folder: string): string {
  return join(folder, 'user data');
}

/** An index is known by its time: one that was changed since has to be measured anew. */
export async function copyUserData(from: string, to: string): Promise<string> {
  await cp(userDataIn(from), userDataIn(to), { recursive: true, preserveTimestamps: true });
  return userDataIn(to);
}

interface Fixtures {
  /**
   * User data with the sample voice, its two indexes (as RVC makes it, and balanced), their comparison and RVC's folder,
   * made once by prepare.setup.ts: a copy of this test's own, to start on.
   */
  readonly prepared: string;
  /** The same with the sample voice alone. */
  readonly sampled: string;
  /**
   * The app on such user data that is there already, as a start would show it. It goes from test to test, which takes a
   * fifth of what a start takes: for those that look, and leave behind what they found.
   */
  readonly visit: (look: Look) => Promise<Voronoice>;
}

interface Visited {
  /** A failed test ends its worker, and this with it: the next test visits another. */
  readonly visited: Voronoice;
}

/** The test of launch.ts for what needs a finished voice but is not about making it. */
export const test = base.extend<Fixtures, Visited>({
  prepared: async ({ folder }, use) => {
    await use(await copyUserData(PREPARED, folder));
  },
  sampled: async ({ folder }, use) => {
    await use(await copyUserData(SAMPLED, folder));
  },
  visited: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads which fixtures are needed from this pattern.
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'voronoice-e2e-'));
      const voronoice = await launchTraced({ userData: await copyUserData(PREPARED, folder) });
      await use(voronoice);
      await end(voronoice);
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  visit: async ({ visited }, use, testInfo) => {
    const { tracing } = visited.page.context();
    await tracing.startChunk();
    await use((look) => beginAnew(visited, look).then(() => visited));
    if (hasFailed(testInfo)) await keepEvidence(visited, testInfo, 0);
    else await tracing.stopChunk();
  },
});

/** Of what was done before nothing is left but what the app keeps over a restart, and the settings are the usual ones. */
async function beginAnew({ app, page }: Voronoice, { theme = 'light', locale = 'en', size }: Look): Promise<void> {
  await page.unrouteAll();
  await page.emulateMedia(USUAL_MEDIA);
  await page.mouse.move(0, 0);
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(1));
  await page.evaluate((settings) => (window as unknown as { api: Api }).api.call('settings.set', settings), {
    ...DEFAULT_SETTINGS,
    theme,
    locale,
  });
  await resize(app, size ?? DEFAULT_SIZE);
  await page.reload();
}

export { expect } from '../launch';
