import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { APP, ensureBuilt } from '../build.mjs';
import { capture, ON_DISPLAY, root, tool } from '../childProcess.mjs';
import { playwrightCounts } from '../testCounts.mjs';
import { readJson } from './vitest.mjs';

/**
 * Tries something with the real app, quietly; what failed is shown.
 *
 * @param {string} name Of the file in test/e2e/trials.
 * @param {import('../report.mjs').Report} report
 * @returns {Promise<import('./vitest.mjs').Ran>}
 */
export async function trial(name, report) {
  await ensureBuilt(APP, report);
  const folder = join(root, 'test-results');
  const [counts, figures] = ['json', 'figures.json'].map((ending) => join(folder, `trial.${ending}`));
  await mkdir(folder, { recursive: true });
  await Promise.all([counts, figures].map((file) => rm(file, { force: true })));
  const config = join('test', 'e2e', 'trials', 'playwright.config.ts');
  const words = ['test', '--config', config, '--reporter=list,json', `${name}.trial`];
  const [program, all] = tool('@playwright/test/cli.js', words);
  const [display, ...rest] = [...ON_DISPLAY, program, ...all];
  const { code, output } = await capture(display, rest, {
    env: { FIGURES: figures, PLAYWRIGHT_JSON_OUTPUT_FILE: counts },
  });
  if (code !== 0) console.error(output);
  return { ...playwrightCounts(await readJson(counts), code), figures: await readJson(figures) };
}
