import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resetFuses, verifyIntegrity } from '../../../../scripts/electron/runtime.mjs';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtime-'));
  file = join(folder, 'file');
});
afterEach(() => rm(folder, { recursive: true }));

describe('verifyIntegrity', () => {
  const published = Buffer.from('the file that was published');
  const integrity = `sha512-${createHash('sha512').update(published).digest('base64')}`;

  it('accepts the published file', async () => {
    await writeFile(file, published);
    await expect(verifyIntegrity(file, integrity)).resolves.toBeUndefined();
  });

  it('refuses a file with one bit changed', async () => {
    const tampered = Buffer.from(published);
    tampered.writeUInt8(tampered.readUInt8(5) ^ 1, 5);
    await writeFile(file, tampered);
    await expect(verifyIntegrity(file, integrity)).rejects.toThrow('checksum differs');
  });

  it('refuses a file cut off, or one for another checksum', async () => {
    await writeFile(file, published.subarray(1));
    await expect(verifyIntegrity(file, integrity)).rejects.toThrow('checksum differs');
    await writeFile(file, published);
    await expect(verifyIntegrity(file, integrity.replace('sha512-', 'sha512-A'))).rejects.toThrow('checksum differs');
  });
});

describe('resetFuses', () => {
  const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
  /** Electron's own, in the order of the wire. */
  const defaults = '10110001';
  const executable = (version: number, fuses: string): Buffer =>
    Buffer.from(`ELF before ${sentinel}${String.fromCharCode(version, fuses.length)}${fuses} after`, 'latin1');

  it('sets each fuse to its default and leaves the rest of the file', async () => {
    await writeFile(file, executable(1, '01001110'));
    await resetFuses(file);
    expect(await readFile(file)).toEqual(executable(1, defaults));
  });

  it('keeps those it does not know', async () => {
    await writeFile(file, executable(1, '0100111001'));
    await resetFuses(file);
    expect(await readFile(file)).toEqual(executable(1, `${defaults}01`));
  });

  it('refuses a file without fuses, or with a newer version of them', async () => {
    await writeFile(file, 'not Electron');
    await expect(resetFuses(file)).rejects.toThrow('sentinel');
    await writeFile(file, executable(2, '01001110'));
    await expect(resetFuses(file)).rejects.toThrow('version');
  });
});
