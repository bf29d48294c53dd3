import { defineConfig } from '@playwright/test';

const PREPARED = '**/prepared/*.test.ts';

/** The real app, two at a time: each has a window, an engine and a library of its own, and waits for most of its time. */
export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/e2e',
  workers: 2,
  fullyParallel: true,
  retries: 0,
  timeout: 300_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  forbidOnly: process.env['CI'] !== undefined,
  projects: [
    // While one worker makes what the others need, the other has tests of voices of their own.
    { name: 'prepare', testMatch: '**/prepare.setup.ts', timeout: 600_000 },
    { name: 'fresh', testMatch: '**/*.test.ts', testIgnore: PREPARED },
    { name: 'prepared', testMatch: PREPARED, dependencies: ['prepare'] },
  ],
});
