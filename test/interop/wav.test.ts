import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { decodeMono, encodeWav, readWavHeader } from '@shared/formats/wav';
import { walkBytes } from '@shared/formats/walk';
import { runPython, useCommandLine } from './command';

const folder = useCommandLine();

describe('WAV beside Python', () => {
  it('reads what it writes, in every width', async () => {
    const names = v.parse(v.array(v.string()), await runPython('wavReference.py', 'write', folder.path));
    expect(names).toHaveLength(12);
    for (const name of names) {
      const bytes = readFileSync(join(folder.path, name));
      const header = walkBytes(bytes, readWavHeader(bytes.length));
      const [, channels, rate] = name.replace('.wav', '').split('_').map(Number);
      expect(header).toMatchObject({ channels, rate, length: 7 });
      const samples = [...decodeMono(header, bytes.subarray(header.dataOffset))];
      expect(samples).toEqual([0, 1, -1, 100, -100, 64, -64].map((value) => value / 128));
    }
  });

  it('writes what it reads', async () => {
    const samples = Float32Array.of(0, 0.5, -0.5, 1, -1, 2 ** -15);
    const path = join(folder.path, 'ours.wav');
    writeFileSync(path, encodeWav(samples, 22_050, 's16'));
    expect(await runPython('wavReference.py', 'read', path)).toEqual({
      rate: 22_050,
      channels: 1,
      samples: [0, 16_384, -16_384, 32_767, -32_768, 1],
    });
  });
});
