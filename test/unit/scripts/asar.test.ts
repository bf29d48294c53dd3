import { describe, expect, it } from 'vitest';
import { packAsar } from '../../../scripts/asar.mjs';

/** Reads an asar archive by the format's description, not by the writer's code. */
function readAsar(archive: Buffer): Record<string, string> {
  expect(archive.readUInt32LE(0)).toBe(4);
  const headerSize = archive.readUInt32LE(4);
  expect(archive.readUInt32LE(8)).toBe(headerSize - 4);
  const textLength = archive.readUInt32LE(12);
  const header = JSON.parse(archive.toString('utf8', 16, 16 + textLength)) as {
    files: Record<string, { size: number; offset: string }>;
  };
  const start = 8 + headerSize;
  return Object.fromEntries(
    Object.entries(header.files).map(([name, { size, offset }]) => {
      const at = start + Number(offset);
      return [name, archive.toString('utf8', at, at + size)];
    }),
  );
}

describe('packAsar', () => {
  it.each(['', 'x', 'xx', 'xxx', 'xxxx'])('packs files whatever the length of the header (%j)', (suffix) => {
    const name = `main${suffix}.js`;
    const files = {
      [name]: Buffer.from('start()'),
      'package.json': Buffer.from('{"name":"테스트"}'),
      empty: Buffer.alloc(0),
    };
    const archive = packAsar(files);
    expect(readAsar(archive)).toEqual({ [name]: 'start()', 'package.json': '{"name":"테스트"}', empty: '' });
    expect(archive.readUInt32LE(4) % 4).toBe(0);
  });
});
