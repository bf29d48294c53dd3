import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import type { Api } from '@shared/contract/api';
import type { LibrarySnapshot } from '@shared/contract/library';
import type { RecipeId } from '@shared/contract/primitives';
import { say } from './words';

/** What a person does again and again on the main road, in English. */

/** A voice's own name, not a text of the app. */
export const SAMPLE = 'Sample voice';
/** Long enough for a build of the sample voice on a busy machine. */
export const JOB_TIMEOUT = 240_000;

export type Place = 'library' | 'compare' | 'jobs' | 'settings';

export async function goTo(page: Page, place: Place, t = say): Promise<void> {
  await page
    .getByRole('navigation', { name: t('nav.label') })
    .getByRole('button', { name: t(`nav.${place}`) })
    .click();
  await expect(page.getByRole('heading', { level: 1, name: t(`${place}.title`) })).toBeVisible();
}

/** From the welcome to the voice in the library. */
export async function makeSample(page: Page, t = say): Promise<void> {
  await page.getByRole('button', { name: t('welcome.sample') }).click();
  await expect(voiceCard(page)).toBeVisible({ timeout: JOB_TIMEOUT });
}

export function voiceCard(page: Page, name = SAMPLE): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });
}

/** Waits for the pictures of a part of a page: they come one after the other. */
export async function untilDrawn(part: Locator): Promise<void> {
  const inPart = (css: string): Locator => part.page().locator(css);
  await expect(part.locator('.masonry > section').filter({ hasNot: inPart('figure') })).toHaveCount(0);
  await expect(part.getByRole('img').filter({ hasNot: inPart('canvas') })).toHaveCount(0);
}

export async function openVoice(page: Page, name = SAMPLE, t = say): Promise<void> {
  await goTo(page, 'library', t);
  await voiceCard(page, name).getByRole('button', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
}

/** From the library to the build page of a voice without an index. */
export async function openBuild(page: Page, name = SAMPLE, t = say): Promise<void> {
  await goTo(page, 'library', t);
  await voiceCard(page, name)
    .getByRole('button', { name: t('library.build') })
    .click();
  await expect(page.getByRole('heading', { level: 1, name: t('build.title', { voice: name }) })).toBeVisible();
}

/** Everything under Advanced on the build page, in sight. */
export async function unfoldAdvanced(page: Page, t = say): Promise<void> {
  await page.getByText(t('build.advanced.title'), { exact: true }).click();
  for (const part of ['index', 'compression', 'expansion', 'frames'] as const) {
    await advanced(page, part, t).locator('summary').click();
  }
  await advanced(page, 'expansion', t)
    .getByRole('switch', { name: t('build.expansion.on') })
    .click();
}

/** One part of what can be changed about a recipe. */
export function advanced(page: Page, part: 'index' | 'compression' | 'expansion' | 'frames', t = say): Locator {
  return page.getByRole('region', { name: t(`build.advanced.${part}.title`), exact: true });
}

/** Opens what can be heard of the index that a page is about. */
export async function openHearing(page: Page, t = say): Promise<void> {
  await page.getByRole('heading', { name: t('measure.hear.question') }).click();
}

/** Starts the build that the page recommends, or that of another recipe. */
export async function startBuild(page: Page, recipe: RecipeId = 'balanced'): Promise<void> {
  await expect(page.getByRole('radio', { name: say('recipes.balanced.name') })).toBeChecked();
  await page.getByRole('radio', { name: say(`recipes.${recipe}.name`) }).check();
  await page.getByRole('button', { name: say('build.start') }).click();
  await expect(jobBar(page)).toBeVisible();
}

/** The job under way, at the foot of every page. */
export function jobBar(page: Page, t = say): Locator {
  return page.getByRole('contentinfo', { name: t('jobs.bar') });
}

/** Cancels the running job by a button in this place, after reading what it throws away. */
export async function cancelJob(place: Locator, t = say): Promise<void> {
  await place.getByRole('button', { name: t('jobs.cancel') }).click();
  await place
    .page()
    .getByRole('dialog', { name: t('jobs.cancelling.title') })
    .getByRole('button', { name: t('jobs.cancelling.confirm') })
    .click();
}

/** Waits until the job under way has ended. */
export async function awaitJob(page: Page): Promise<void> {
  await expect(jobBar(page)).toBeHidden({ timeout: JOB_TIMEOUT });
}

/** Waits on the voice's page until its index can be used. */
export async function awaitIndex(page: Page): Promise<void> {
  await awaitJob(page);
  await expect(useButton(page)).toBeVisible();
}

export function useButton(page: Page, t = say): Locator {
  return page.getByRole('button', { name: t('verdict.actions.use', { host: t('hosts.rvc') }), exact: true });
}

/** From a voice's page to the dialog that shows what will be written. The open dialog must answer with RVC's folder. */
export async function chooseHost(page: Page): Promise<Locator> {
  await useButton(page).click();
  const host = say('hosts.rvc');
  const dialog = page.getByRole('dialog', { name: say('export.title', { host }) });
  await dialog.getByRole('button', { name: say('export.chooseRoot', { host }) }).click();
  await expect(dialog.getByRole('button', { name: say('export.write', { host }) })).toBeEnabled();
  return dialog;
}

/** From a voice's page to the comparison of its indexes. */
export async function compareIndexes(page: Page): Promise<void> {
  const main = page.getByRole('main');
  await main.getByRole('button', { name: say('voice.compare'), exact: true }).click();
  await main.getByRole('button', { name: say('compare.start'), exact: true }).click();
  await expect(winnerTable(page)).toBeVisible({ timeout: JOB_TIMEOUT });
}

export function winnerTable(page: Page, t = say): Locator {
  return page.getByRole('table', { name: t('charts.compareTable.title') });
}

/** Chooses one of the indexes on a voice's page by its recipe. */
export async function chooseIndex(page: Page, recipe: RecipeId, t = say): Promise<void> {
  await page
    .getByRole('radiogroup', { name: t('voice.indexes') })
    .getByRole('radio', { name: t(`recipes.${recipe}.name`) })
    .check();
}

/** From the voice's page, with an index whose nprobe is too low, to the dialog that mends it. */
export async function openRepair(page: Page, t = say): Promise<Locator> {
  await page
    .getByRole('region', { name: t('verdict.title') })
    .getByRole('button', { name: t('verdict.actions.setNprobe') })
    .click();
  const dialog = page.getByRole('dialog', { name: t('repair.nprobe.title') });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** From a voice's page to the one about the chosen index. */
export async function openInspection(page: Page, t = say): Promise<void> {
  await page
    .getByRole('region', { name: t('verdict.title') })
    .getByRole('button', { name: t('voice.inspect') })
    .click();
  await expect(page.getByRole('heading', { name: t('index.factsTitle') })).toBeVisible();
}

/** The card of a job on the jobs page, newest first. */
export function jobCards(page: Page, state: string, t = say): Locator {
  return page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ hasText: t(`jobs.states.${state}`) });
}

export function libraryOf(page: Page): Promise<LibrarySnapshot> {
  return page.evaluate(() => (window as unknown as { api: Api }).api.call('library.get', null));
}

/** Every file below a folder, none where there is no such folder; what may not be read is passed over alone. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(noneWhereClosed);
  const paths = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
  return (await Promise.all(paths)).flat();
}

function noneWhereClosed(error: NodeJS.ErrnoException): Dirent[] {
  if (error.code === 'ENOENT' || error.code === 'EACCES') return [];
  throw error;
}
