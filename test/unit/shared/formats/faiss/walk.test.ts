import { describe, expect, it } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import { FieldReader, pieces } from '@shared/formats/faiss/walk';
import { type ByteRange, type Walk, walkBytes } from '@shared/formats/walk';

describe('pieces', () => {
  it.each([4, 24])('shows each of many items of %i bytes once and in order, a megabyte at a time', (itemSize) => {
    const [before, items] = [40, Math.floor((2.5 * (1 << 20)) / itemSize)];
    const bytes = new Uint8Array(before + items * itemSize);
    const written = new DataView(bytes.buffer);
    for (let item = 0; item < items; item++) written.setUint32(before + item * itemSize, item, true);
    let next = 0;
    let strange = 0;
    const walk = pieces(before, items, itemSize, (view, at, index) => {
      if (index !== next || view.getUint32(at, true) !== next) strange++;
      next++;
    });
    const asked: ByteRange[] = [];
    for (let step = walk.next(); step.done !== true;) {
      const { offset, length } = step.value;
      asked.push(step.value);
      step = walk.next(bytes.subarray(offset, offset + length));
    }
    expect([next, strange]).toEqual([items, 0]);
    expect(asked.map(({ length }) => length > 0 && length <= 1 << 20 && length % itemSize === 0)).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe('FieldReader', () => {
  it('reads fields of all kinds wherever they lie in what was read at once', () => {
    const bytes = new Uint8Array(3_000);
    const view = new DataView(bytes.buffer);
    function* fields(reader: FieldReader): Walk<unknown[]> {
      reader.skip(1, 509, 'before');
      const read: unknown[] = [yield* reader.u8('a'), yield* reader.i32('b'), yield* reader.count('c')];
      reader.skip(1, 1_000, 'between');
      read.push(yield* reader.i64('d'), yield* reader.f32('e'), yield* reader.fourcc('f'), reader.offset);
      return read;
    }
    view.setUint8(509, 200);
    view.setInt32(510, -7, true);
    view.setBigUint64(514, BigInt(Number.MAX_SAFE_INTEGER), true);
    view.setBigInt64(1_522, -2n, true);
    view.setFloat32(1_530, 0.5, true);
    bytes.set(new TextEncoder().encode('IwFl'), 1_534);
    expect(walkBytes(bytes, fields(new FieldReader(bytes.length)))).toEqual([
      200,
      -7,
      Number.MAX_SAFE_INTEGER,
      -2n,
      0.5,
      'IwFl',
      1_538,
    ]);
  });

  it('is at its end when all is read, and not a byte before', () => {
    function* two(reader: FieldReader): Walk<number> {
      yield* reader.i32('a');
      return yield* reader.i32('b');
    }
    expect(walkBytes(Uint8Array.of(0, 0, 0, 0, 5, 0, 0, 0), two(new FieldReader(8)))).toBe(5);
    expect(() => walkBytes(new Uint8Array(7), two(new FieldReader(7)))).toThrow(VoronoiceError);
  });
});
