import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base } from '../launch';

/** Where prepare.setup.ts leaves what it makes. */
export const PREPARED = resolve(import.meta.dirname, '../../../test-results/prepared');

export function userDataIn(folder: string): string {
  return join(folder, 'user data');
}

interface Prepared {
  /**
   * User data with the sample voice, its two indexes (as RVC makes it, and balanced), their comparison and RVC's folder,
   * made once by prepare.setup.ts. Tests change nothing but settings, or take back what they change.
   */
  readonly prepared: string;
}

/** The test of launch.ts for what needs a finished voice but is not about making it. */
export const test = base.extend<object, Prepared>({
  prepared: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads which fixtures are needed from this pattern.
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'voronoice-e2e-'));
      // An index is known by its time: one that was changed since has to be measured anew.
      await cp(userDataIn(PREPARED), userDataIn(folder), { recursive: true, preserveTimestamps: true });
      await use(userDataIn(folder));
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
});

export { expect } from '../launch';
