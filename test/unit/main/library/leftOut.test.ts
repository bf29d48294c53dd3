import { describe, expect, it } from 'vitest';
import { createMain, voice } from '../../../fixtures/mainServices';

const ID = 'voice-aria-00000000';

/** A library that looks at what is left out whenever it scans. */
async function createVoice() {
  const seen: (readonly string[])[] = [];
  const main = createMain({
    ground: {
      scan: () => {
        const files = main.leftOut.all()[ID] ?? [];
        seen.push(files);
        const voices = [voice('/rvc/logs/aria', files.length === 0 ? {} : { leftOut: files.length })];
        return Promise.resolve({ root: '/rvc', what: 'rvc', voices, indexes: [] });
      },
    },
  });
  await main.library.add('/rvc');
  return { ...main, seen };
}

describe('leaving files out of a voice', () => {
  it('adds to what is left out, looks again, and takes all in again', async () => {
    const { handlers, library, seen } = await createVoice();
    await handlers['voices.leaveOut']({ voice: ID, files: ['a.npy'] });
    expect(library.voice(ID).leftOut).toBe(1);
    await handlers['voices.leaveOut']({ voice: ID, files: ['b.npy', 'a.npy'] });
    expect(seen.at(-1)).toEqual(['a.npy', 'b.npy']);
    await handlers['voices.useAgain']({ voice: ID });
    expect(library.voice(ID).leftOut).toBeUndefined();
    expect(seen.at(-1)).toEqual([]);
  });

  it('knows no voice that is not in the library', async () => {
    const { handlers } = await createVoice();
    for (const id of ['voice-none-00000000', 'toString', '__proto__']) {
      const refusal = { code: 'FILE_NOT_FOUND' };
      await expect(handlers['voices.leaveOut']({ voice: id, files: ['a.npy'] })).rejects.toMatchObject(refusal);
      await expect(handlers['voices.useAgain']({ voice: id })).rejects.toMatchObject(refusal);
    }
  });
});
