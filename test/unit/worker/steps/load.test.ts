import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSources, requireOutside } from '../../../../src/worker/steps/load';
import { npy, put, recordingContext, useFolder } from '../support';

const folder = useFolder();
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);

describe('what is written', () => {
  it('does not become material by lying among the features, under whatever name the folder goes', async () => {
    put(at('song', '3_feature256', '0_0.npy'), npy(30, 256));
    mkdirSync(at('song', 'results'));
    symlinkSync(at('song', '3_feature256'), at('link'));
    const sources = await openSources([{ path: at('song'), weight: null }], recordingContext());
    for (const inside of [at('song', '3_feature256'), at('link'), at('song', 'results', '..', '3_feature256')]) {
      await expect(requireOutside(inside, sources)).rejects.toMatchObject({ code: 'OUT_AMONG_FEATURES' });
    }
    for (const outside of [at('song'), at('song', 'results'), at('song', '3_feature256', 'new'), at('none')]) {
      await expect(requireOutside(outside, sources)).resolves.toBeUndefined();
    }
  });
});
