import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ivfFlatIndex } from '../fixtures/hostileIndexes';
import { expect, test } from './launch';
import { libraryOf } from './steps';

test('an index is opened that the app is started with, and one that macOS asks for', async ({ folder, start }) => {
  const { bytes } = ivfFlatIndex({ dimension: 256, sizes: [20, 20] });
  const [first, second] = [join(folder, 'first.index'), join(folder, 'second.index')];
  for (const path of [first, second]) await writeFile(path, bytes);
  const { app, page } = await start({ files: [first] });
  const opened = () => libraryOf(page).then(({ indexes }) => indexes.map(({ path }) => path));
  await expect.poll(opened).toEqual([first]);
  await app.evaluate(
    ({ app: program }, path) => program.emit('open-file', { preventDefault: () => undefined }, path),
    second,
  );
  await expect.poll(async () => (await opened()).toSorted()).toEqual([first, second]);
});
