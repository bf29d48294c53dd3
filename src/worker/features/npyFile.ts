import { open } from 'node:fs/promises';

/** Writes rows of float32 as NumPy's `save` does: format 1.0, `<f4`, C order, and brings them to the disk. */
export async function writeNpy(path: string, data: Float32Array, columns: number): Promise<number> {
  const header = npyHeader(data.length / columns, columns);
  const body = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const handle = await open(path, 'wx');
  try {
    await handle.writev([header, body]);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return header.length + body.length;
}

function npyHeader(rows: number, columns: number): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  // Ten bytes before the text and the line break after it make up whole blocks of 64.
  const padding = ' '.repeat(63 - ((text.length + 10) % 64));
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length + padding.length + 1);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    length,
    Buffer.from(`${text}${padding}\n`, 'latin1'),
  ]);
}
