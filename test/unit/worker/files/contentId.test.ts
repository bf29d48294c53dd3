import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentId } from '../../../../src/worker/files/contentId';
import { put, useFolder } from '../support';

const folder = useFolder();
const signal = new AbortController().signal;

const SIZE = 100_000;

/** The id of a file of so many bytes, one of which is another. */
function idWith(changed: number | null, size = SIZE): Promise<string | null> {
  const bytes = Buffer.alloc(size, 7);
  if (changed !== null) bytes[changed] = 8;
  return contentId(put(join(folder.path, `${changed}.index`), bytes), signal);
}

describe('contentId', () => {
  it('is the same under another name, and with another number of groups searched', async () => {
    const id = await idWith(null);
    // Libraries keep what a person said of an index by it.
    expect(id).toBe('bd55a401a23c2a49737e5c222787487c');
    for (const place of [0, 45, 255]) expect(await idWith(place)).toBe(id);
  });

  it('is another where bytes are others in the middle, at the end, or in number', async () => {
    const id = await idWith(null);
    const pieces = [SIZE / 2, SIZE / 2 + 16_383, SIZE - 16_384, SIZE - 1];
    for (const place of pieces) expect(await idWith(place)).not.toBe(id);
    for (const place of [SIZE / 2 - 1, SIZE / 2 + 16_384, SIZE - 16_385]) expect(await idWith(place)).toBe(id);
    expect(await idWith(null, SIZE + 1)).not.toBe(id);
  });

  it('looks at all but the head of what is short', async () => {
    const id = await idWith(null, 300);
    expect(await idWith(255, 300)).toBe(id);
    for (const place of [256, 299]) expect(await idWith(place, 300)).not.toBe(id);
  });

  it('is none of what cannot be read, nor of what grows', async () => {
    expect(await contentId(join(folder.path, 'nothing'), signal)).toBeNull();
    const path = put(join(folder.path, 'growing'), Buffer.alloc(SIZE));
    let asked = 0;
    const watching = new Proxy(signal, {
      get: (target, key) => {
        if (key === 'aborted' && asked++ === 0) appendFileSync(path, 'x');
        return Reflect.get(target, key) as unknown;
      },
    });
    expect(await contentId(path, watching)).toBeNull();
  });

  it('is not waited for by who asks no more', async () => {
    const path = put(join(folder.path, 'a.index'), Buffer.alloc(SIZE));
    for (const asked of [path, join(folder.path, 'nothing')]) {
      await expect(contentId(asked, AbortSignal.abort())).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    }
  });
});
