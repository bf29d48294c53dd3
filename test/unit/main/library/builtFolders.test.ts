import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BuiltFolders } from '../../../../src/main/library/builtFolders';
import { openDatabase } from '../../../../src/main/library/database';
import { Memory } from '../../../../src/main/library/memory';
import { silentLog } from '../../../fixtures/mainServices';
import { put, useFolder } from '../../worker/support';

const folder = useFolder();
const USUAL = '/home/indexes';

describe('where indexes are built', () => {
  it('is a folder of the app in the one that was chosen, and everywhere before is looked at, too', async () => {
    const memory = new Memory(openDatabase(':memory:', silentLog));
    const built = new BuiltFolders(memory, USUAL);
    expect([built.current, built.isChosen, built.all()]).toEqual([USUAL, false, [USUAL]]);
    await built.choose(folder.path);
    const own = join(realpathSync(folder.path), 'Voronoice indexes');
    // As the next start finds it.
    const later = new BuiltFolders(memory, USUAL);
    expect([later.current, later.isChosen, later.all()]).toEqual([own, true, [USUAL, own]]);
    await later.choose(null);
    expect([later.current, later.isChosen, later.all()]).toEqual([USUAL, false, [USUAL, own]]);
    await later.choose(folder.path);
    expect(later.all()).toEqual([USUAL, own]);
  });

  it('stays the same where nothing can be written', async () => {
    const built = new BuiltFolders(new Memory(openDatabase(':memory:', silentLog)), USUAL);
    const file = put(join(folder.path, 'file'));
    await expect(built.choose(file)).rejects.toMatchObject({ code: 'FOLDER_READ_ONLY' });
    expect(built.current).toBe(USUAL);
  });
});
