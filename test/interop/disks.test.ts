import { describe, expect, it } from 'vitest';
import { canMount, tryDisks } from '../../scripts/reliability/disks.mjs';

const mounts = canMount();

describe.runIf(mounts)('on a disk that is full, may only be read, or knows no second names', () => {
  it('a repair and a hand-over are refused with a sentence, or done, and no file is mixed', async () => {
    const disks = await tryDisks(['repair', 'export']);
    expect(disks.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`))).toEqual([]);
    const [full] = disks;
    const readOnly = disks.find(({ name }) => name === 'read-only');
    expect(full?.refused).toEqual({ DISK_FULL: 2 });
    expect(readOnly?.refused).toEqual({ FOLDER_READ_ONLY: 2 });
  });
});

it.runIf(!mounts)('full and read-only disks are not tried: this machine does not let a test mount any', () => {
  expect(canMount()).toBe(false);
});
