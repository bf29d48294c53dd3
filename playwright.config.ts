import { defineConfig } from '@playwright/test';

/** The real app, two at a time: each has a window, an engine and a library of its own, and waits for most of its time. */
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.test.ts',
  outputDir: 'test-results/e2e',
  workers: 2,
  fullyParallel: true,
  retries: 0,
  timeout: 300_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  forbidOnly: process.env['CI'] !== undefined,
});
