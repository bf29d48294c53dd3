import { defineConfig } from '@playwright/test';
import usual from '../../../playwright.config';

/** Minutes of trying that are no part of npm test: npm run reliability asks for them, one after the other. */
export default defineConfig({
  ...usual,
  testDir: '.',
  testMatch: '*.trial.ts',
  outputDir: '../../../test-results/trials',
  workers: 1,
  projects: [{ name: 'trials' }],
});
