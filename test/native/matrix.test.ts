import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Matrix, type NpyType } from 'faiss-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, oddFolder, randomMatrix, randomValues } from './data';

/** From a second implementation of xoshiro256** (seeded by splitmix64) and Fisher-Yates from the end. */
const KNOWN_ORDER = [5, 0, 9, 3, 4, 2, 6, 8, 1, 7];

let folder: ReturnType<typeof oddFolder>;
beforeAll(() => {
  folder = oddFolder();
});
afterAll(() => folder.remove());

describe('Matrix', () => {
  it('starts with zeros', () => {
    const matrix = new Matrix(3, 2);
    expect([matrix.rows, matrix.columns, matrix.byteLength]).toEqual([3, 2, 24]);
    expect([...matrix.toFloat32Array()]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('copies in and out, so that neither side sees later changes', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const matrix = Matrix.from(data, 2);
    data[0] = 9;
    const out = matrix.toFloat32Array();
    out[1] = 9;
    expect([...matrix.toFloat32Array()]).toEqual([1, 2, 3, 4]);
  });

  it('reads and overwrites part of the rows', () => {
    const matrix = Matrix.from(Float32Array.of(1, 2, 3, 4, 5, 6), 2);
    matrix.set(1, Float32Array.of(7, 8));
    expect([...matrix.toFloat32Array(1)]).toEqual([7, 8, 5, 6]);
    expect([...matrix.toFloat32Array(1, 1)]).toEqual([7, 8]);
    expect([...matrix.toFloat32Array(3)]).toEqual([]);
    const room = new Float32Array(6);
    matrix.get(1, room.subarray(1, 5));
    expect([...room]).toEqual([0, 7, 8, 5, 6, 0]);
    matrix.get(3, new Float32Array(0));
  });

  it('gathers rows with repeats', async () => {
    const matrix = Matrix.from(Float32Array.of(1, 2, 3, 4, 5, 6), 2);
    const gathered = await matrix.gather(Int32Array.of(2, 0, 2));
    expect([...gathered.toFloat32Array()]).toEqual([5, 6, 1, 2, 5, 6]);
  });

  it('permutes in place: new row i is old row order[i]', async () => {
    const values = randomValues(50 * 3);
    const order = Int32Array.from({ length: 50 }, (_, i) => (i * 7 + 3) % 50);
    const matrix = Matrix.from(values, 3);
    await matrix.permute(order);
    const expected = [...order].flatMap((row) => [...values.subarray(row * 3, row * 3 + 3)]);
    expect([...matrix.toFloat32Array()]).toEqual(expected);
  });

  it('refuses an order that is not a permutation, and changes nothing', async () => {
    const matrix = Matrix.from(Float32Array.of(1, 2, 3), 1);
    for (const order of [
      [0, 1],
      [0, 1, 1],
      [0, 1, 3],
      [-1, 1, 2],
    ]) {
      expect(await codeOf(() => matrix.permute(Int32Array.from(order)))).toBe('ARGUMENT');
    }
    expect([...matrix.toFloat32Array()]).toEqual([1, 2, 3]);
  });

  it('shuffles by seed: a known order, everywhere', async () => {
    const matrix = Matrix.from(
      Float32Array.from({ length: 10 }, (_, i) => i),
      1,
    );
    const order = await matrix.shuffle(1234);
    expect([...matrix.toFloat32Array()]).toEqual([...order]);
    expect([...order]).toEqual(KNOWN_ORDER);
    const again = Matrix.from(
      Float32Array.from({ length: 10 }, (_, i) => i),
      1,
    );
    expect([...(await again.shuffle(1234))]).toEqual([...order]);
    expect([...(await again.shuffle(1235))]).not.toEqual([...order]);
  });

  it('measures, normalizes and scales rows', async () => {
    const matrix = Matrix.from(Float32Array.of(3, 4, 0, 0, 0, 2), 2);
    expect([...(await matrix.norms())]).toEqual([5, 0, 2]);
    expect([...(await matrix.normalize())]).toEqual([5, 0, 2]);
    const unit = matrix.toFloat32Array();
    expect(unit[0]).toBeCloseTo(0.6, 6);
    expect([...unit.subarray(2)]).toEqual([0, 0, 0, 1]);
    await matrix.scaleRows(Float32Array.of(10, 1, 3));
    expect(matrix.toFloat32Array()[1]).toBeCloseTo(8, 5);
    expect(matrix.toFloat32Array()[5]).toBe(3);
    expect(await codeOf(() => matrix.scaleRows(Float32Array.of(1)))).toBe('ARGUMENT');
  });

  it('names the rows that are not finite', async () => {
    const matrix = randomMatrix(40, 33);
    const row = matrix.toFloat32Array(0, 1);
    for (const [at, value] of [
      [5, NaN],
      [17, Infinity],
      [39, -Infinity],
    ] as const) {
      row[32] = value;
      matrix.set(at, row);
    }
    expect([...(await matrix.nonFiniteRows())]).toEqual([5, 17, 39]);
  });

  it('gives memory back at truncate and close', () => {
    const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))![1]) / 1024;
    const rows = 20_000;
    const matrix = new Matrix(rows, 1024);
    const block = new Float32Array(1000 * 1024).fill(1);
    for (let at = 0; at < rows; at += 1000) matrix.set(at, block);
    const full = resident();
    matrix.truncate(rows / 2);
    const half = resident();
    expect(full - half).toBeGreaterThan(35);
    expect(matrix.toFloat32Array(rows / 2 - 1)[1023]).toBe(1);
    matrix.close();
    expect(half - resident()).toBeGreaterThan(35);
  });

  it('can be truncated to nothing', async () => {
    const matrix = randomMatrix(5, 4);
    matrix.truncate(0);
    expect(matrix.rows).toBe(0);
    expect([...(await matrix.norms())]).toEqual([]);
  });

  it('says MEMORY for what no machine has', async () => {
    expect(await codeOf(() => new Matrix(2 ** 50, 2 ** 20))).toBe('MEMORY');
    expect(await codeOf(() => new Matrix(2 ** 40, 1024))).toBe('MEMORY');
  });

  it('refuses wrong arguments', async () => {
    const matrix = randomMatrix(4, 3);
    const wrong: (() => unknown)[] = [
      () => new Matrix(-1, 3),
      () => new Matrix(3, 0),
      () => new Matrix(1.5, 3),
      () => new Matrix('3' as never, 3),
      () => matrix.set(4, new Float32Array(3)),
      () => matrix.set(0, [1, 2, 3] as never),
      () => matrix.get(3, new Float32Array(6)),
      () => matrix.get(0, [1, 2, 3] as never),
      () => matrix.toFloat32Array(5),
      () => matrix.toFloat32Array(0, 5),
      () => matrix.truncate(5),
      () => matrix.gather(Int32Array.of(4)),
      () => matrix.gather(Int32Array.of(-1)),
      () => matrix.shuffle(-1),
      () => matrix.normalize(0),
    ];
    for (const call of wrong) expect(await codeOf(call), call.toString()).toBe('ARGUMENT');
    expect(await codeOf(() => Matrix.from(new Float32Array(5), 3))).toBe('DIMENSION');
    expect(await codeOf(() => matrix.set(0, new Float32Array(4)))).toBe('DIMENSION');
    expect(await codeOf(() => matrix.get(0, new Float32Array(4)))).toBe('DIMENSION');
  });

  it('says CLOSED after close', async () => {
    const matrix = randomMatrix(4, 3);
    matrix.close();
    matrix.close();
    const calls: (() => unknown)[] = [
      () => matrix.rows,
      () => matrix.toFloat32Array(),
      () => matrix.get(0, new Float32Array(3)),
      () => matrix.norms(),
      () => matrix.gather(Int32Array.of(0)),
      () => matrix.truncate(0),
    ];
    for (const call of calls) expect(await codeOf(call), call.toString()).toBe('CLOSED');
    expect(matrix.byteLength).toBe(0);
  });

  it('is busy while work on it is under way', async () => {
    const matrix = randomMatrix(20_000, 64);
    const shuffled = matrix.shuffle(1);
    expect(await codeOf(() => matrix.toFloat32Array())).toBe('ARGUMENT');
    expect(await codeOf(() => matrix.truncate(1))).toBe('ARGUMENT');
    await shuffled;
    matrix.truncate(1);
    expect(matrix.rows).toBe(1);
  });

  it('finishes work under way when closed meanwhile', async () => {
    const matrix = randomMatrix(20_000, 64);
    const norms = matrix.norms();
    matrix.close();
    expect((await norms).length).toBe(20_000);
  });
});

describe('readRegion', () => {
  const rows = 700;
  const columns = 37;
  const values = randomValues(rows * columns, 5);

  function halfBits(value: number): number {
    // Exact for the multiples of 1/1024 in -0.5..0.5 that this test uses.
    const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
    const sign = (bits >>> 16) & 0x8000;
    const exponent = ((bits >>> 23) & 255) - 112;
    return value === 0 ? sign : sign | (exponent << 10) | ((bits >>> 13) & 0x3ff);
  }

  function encode(source: ArrayLike<number>, type: NpyType, order: 'C' | 'F'): Buffer {
    const width = Number(type.slice(2));
    const bytes = Buffer.alloc(rows * columns * width);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const value = source[row * columns + column]!;
        const at = (order === 'C' ? row * columns + column : column * rows + row) * width;
        if (width === 4) bytes.writeFloatLE(value, at);
        else if (width === 8) bytes.writeDoubleLE(value, at);
        else bytes.writeUInt16LE(halfBits(value), at);
        if (type.startsWith('>')) bytes.subarray(at, at + width).reverse();
      }
    }
    return bytes;
  }

  for (const type of ['<f2', '<f4', '<f8', '>f2', '>f4', '>f8'] as const) {
    for (const order of ['C', 'F'] as const) {
      it(`reads ${type} in ${order} order from a path of any name`, async () => {
        const source = type.endsWith('f2') ? values.map((value) => Math.round(value * 1024) / 1024) : values;
        const path = join(folder.path, `${type.slice(1)}${type[0] === '>' ? 'b' : 'l'}${order}.bin`);
        writeFileSync(path, Buffer.concat([Buffer.alloc(13, 1), encode(source, type, order)]));
        const matrix = new Matrix(rows + 2, columns);
        await matrix.readRegion(path, { offset: 13, type, rows, fortran: order === 'F', at: 1 });
        expect(matrix.toFloat32Array(1, rows)).toEqual(Float32Array.from(source));
        expect([...matrix.toFloat32Array(0, 1), ...matrix.toFloat32Array(rows + 1)].every((v) => v === 0)).toBe(true);
      });
    }
  }

  it('knows every kind of half: zero, subnormal, largest, infinity, NaN', async () => {
    const path = join(folder.path, 'half.bin');
    const halves = [0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0xc000, 0x7bff, 0x7c00, 0xfc00, 0x7e00];
    const bytes = Buffer.alloc(halves.length * 2);
    halves.forEach((half, i) => bytes.writeUInt16LE(half, i * 2));
    writeFileSync(path, bytes);
    const matrix = new Matrix(halves.length, 1);
    await matrix.readRegion(path, { offset: 0, type: '<f2', rows: halves.length, at: 0 });
    expect([...matrix.toFloat32Array()]).toEqual([
      0,
      -0,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      1,
      -2,
      65504,
      Infinity,
      -Infinity,
      NaN,
    ]);
  });

  it('says IO for a file that is missing, too short or a folder', async () => {
    const matrix = new Matrix(10, 4);
    const path = join(folder.path, 'short.bin');
    writeFileSync(path, Buffer.alloc(10 * 4 * 4 - 1));
    const region = { offset: 0, type: '<f4', rows: 10, at: 0 } as const;
    await expect(matrix.readRegion(path, region)).rejects.toMatchObject({ code: 'IO' });
    await expect(matrix.readRegion(path, { ...region, offset: 2 ** 40 })).rejects.toMatchObject({ code: 'IO' });
    await expect(matrix.readRegion(join(folder.path, 'none'), region)).rejects.toMatchObject({
      code: 'IO',
      errno: 'ENOENT',
    });
    await expect(matrix.readRegion(folder.path, region)).rejects.toMatchObject({ code: 'IO', errno: 'EISDIR' });
  });

  it('refuses what does not fit', async () => {
    const matrix = new Matrix(10, 4);
    const path = join(folder.path, 'short.bin');
    const region = { offset: 0, type: '<f4', rows: 10, at: 0 } as const;
    expect(await codeOf(() => matrix.readRegion(path, { ...region, at: 1 }))).toBe('ARGUMENT');
    expect(await codeOf(() => matrix.readRegion(path, { ...region, type: '<i4' as never }))).toBe('ARGUMENT');
    expect(await codeOf(() => matrix.readRegion('a\0b', region))).toBe('ARGUMENT');
  });
});

describe('writeNpy', () => {
  it('writes what numpy would write, and never over a file', async () => {
    const values = randomValues(6 * 5);
    const path = join(folder.path, 'out.npy');
    await Matrix.from(values, 5).writeNpy(path, { from: 1, count: 4 });
    const bytes = readFileSync(path);
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from('\x93NUMPY\x01\x00', 'latin1'));
    const headerEnd = 10 + bytes.readUInt16LE(8);
    expect(headerEnd % 64).toBe(0);
    expect(bytes.toString('latin1', 10, headerEnd).trimEnd()).toBe(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 5), }",
    );
    const back = new Matrix(4, 5);
    await back.readRegion(path, { offset: headerEnd, type: '<f4', rows: 4, at: 0 });
    expect(back.toFloat32Array()).toEqual(values.subarray(5, 25));
    await expect(back.writeNpy(path)).rejects.toMatchObject({ code: 'IO', errno: 'EEXIST' });
    expect(statSync(path).size).toBe(headerEnd + 80);
  });
});
