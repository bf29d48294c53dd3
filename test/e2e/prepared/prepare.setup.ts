import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { answerOpenDialogs, launch, test } from '../launch';
import { awaitIndex, awaitJob, chooseHost, compareIndexes, makeSample, openBuild, startBuild } from '../steps';
import { say } from '../words';
import { copyUserData, PREPARED, SAMPLED, userDataIn } from './prepared';

test('the sample voice, its two indexes, their comparison and a folder of RVC', async () => {
  await rm(PREPARED, { recursive: true, force: true });
  const rvc = join(PREPARED, 'RVC');
  await mkdir(join(rvc, 'logs'), { recursive: true });
  const first = await launch({ userData: userDataIn(SAMPLED), theme: 'light', locale: 'en' });
  await makeSample(first.page);
  await first.close();
  const { app, page, close } = await launch({ userData: await copyUserData(SAMPLED, PREPARED) });
  await openBuild(page);
  await startBuild(page, 'rvc');
  await awaitJob(page);
  await page.getByRole('button', { name: say('voice.buildMore'), exact: true }).click();
  await startBuild(page);
  await awaitIndex(page);
  await answerOpenDialogs(app, [rvc]);
  await chooseHost(page);
  await page.keyboard.press('Escape');
  await compareIndexes(page);
  await close();
});
