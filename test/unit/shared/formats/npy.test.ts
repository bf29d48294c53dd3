import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import { NPY_HEADER_BYTES, NPY_TYPES, npyItemSize, parseNpyHeader, type NpyHeader } from '@shared/formats/npy';

interface NpyOptions {
  readonly version?: readonly [number, number];
  readonly text?: string;
  /** Bytes after the header. */
  readonly body?: number;
  /** What the header says about its own length, when it is not the truth. */
  readonly stated?: number;
}

const dict = (descr = "'<f4'", shape = '(2, 3)', fortran = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

/** A file as numpy writes it: the header padded with blanks to a multiple of 64 and ended with a line break. */
function npy({ version = [1, 0], text = dict(), body = 24, stated }: NpyOptions = {}): Uint8Array {
  const start = version[0] === 1 ? 10 : 12;
  const length = Math.ceil((start + text.length + 1) / 64) * 64 - start;
  const bytes = new Uint8Array(start + length + body);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), ...version]);
  const view = new DataView(bytes.buffer);
  if (version[0] === 1) view.setUint16(8, stated ?? length, true);
  else view.setUint32(8, stated ?? length, true);
  bytes.set(
    Uint8Array.from(text.padEnd(length - 1) + '\n', (character) => character.charCodeAt(0)),
    start,
  );
  return bytes;
}

function parse(bytes: Uint8Array): NpyHeader {
  return parseNpyHeader(bytes.subarray(0, NPY_HEADER_BYTES), bytes.length);
}

function failure(bytes: Uint8Array): VoronoiceError {
  try {
    parse(bytes);
  } catch (error) {
    if (error instanceof VoronoiceError) return error;
    throw error;
  }
  throw new Error('the header was accepted');
}

describe('a header that numpy writes', () => {
  it('is read', () => {
    expect(parse(npy())).toEqual({ version: 1, type: '<f4', fortran: false, rows: 2, columns: 3, dataOffset: 128 });
  });

  it.each([
    [[1, 0], 1],
    [[2, 0], 2],
    [[3, 0], 3],
  ] as const)('is read in version %j', (version, expected) => {
    expect(parse(npy({ version })).version).toBe(expected);
  });

  it.each([
    ["'<f4'", 24, '<f4'],
    ["'>f4'", 24, '>f4'],
    ["'<f2'", 12, '<f2'],
    ["'<f8'", 48, '<f8'],
    ["'>f2'", 12, '>f2'],
    ["'>f8'", 48, '>f8'],
    ['"<f4"', 24, '<f4'],
  ])('may be of type %s', (descr, body, type) => {
    expect(parse(npy({ text: dict(descr), body })).type).toBe(type);
  });

  it('N4: may be column by column', () => {
    expect(parse(npy({ text: dict("'<f4'", '(2, 3)', 'True') })).fortran).toBe(true);
  });

  it('may have no rows', () => {
    expect(parse(npy({ text: dict("'<f4'", '(0, 768)'), body: 0 }))).toMatchObject({ rows: 0, columns: 768 });
  });

  it.each([
    ["{'descr':'<f4','fortran_order':False,'shape':(2,3)}"],
    ["{'shape': (2, 3), 'descr': '<f4', 'fortran_order': False}"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3,), }"],
    ["  { 'descr' : '<f4' ,\n'fortran_order' : False , 'shape' : ( 2 , 3 ) , }  "],
  ])('may be written as %s', (text) => {
    expect(parse(npy({ text }))).toMatchObject({ type: '<f4', rows: 2, columns: 3, fortran: false });
  });

  it('comes back whatever its values are', () => {
    const header = fc.record({
      version: fc.constantFrom(1, 2, 3),
      type: fc.constantFrom(...NPY_TYPES),
      fortran: fc.boolean(),
      rows: fc.nat({ max: 50 }),
      columns: fc.integer({ min: 1, max: 20 }),
      quote: fc.constantFrom("'", '"'),
      long: fc.constantFrom('', 'L'),
    });
    fc.assert(
      fc.property(header, ({ version, type, fortran, rows, columns, quote, long }) => {
        const shape = `(${rows}${long}, ${columns}${long})`;
        const text = dict(`${quote}${type}${quote}`, shape, fortran ? 'True' : 'False');
        const bytes = npy({ version: [version, 0], text, body: rows * columns * npyItemSize(type) });
        expect(parse(bytes)).toMatchObject({ version, type, fortran, rows, columns });
      }),
    );
  });
});

describe('a file that is cut', () => {
  it('N1: is incomplete after any byte', () => {
    const bytes = npy();
    for (let length = 0; length < bytes.length; length++) {
      expect(failure(bytes.subarray(0, length)).code, `${length} bytes`).toBe('NPY_TRUNCATED');
    }
  });

  it('is not read past the bytes at hand', () => {
    expect(() => parseNpyHeader(npy().subarray(0, 50), 152)).toThrow('in its header');
  });

  it('names the bytes it needs', () => {
    expect(failure(npy({ body: 20 })).details).toEqual({ shape: '(2, 3)', expected: '152', size: 148 });
  });
});

describe('a header that is refused', () => {
  const text = (header: string): Uint8Array => npy({ text: header });

  it.each([
    ['something else', new TextEncoder().encode('<!doctype html>'), 'NPY_NOT_NPY'],
    ['a wrong letter', Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x5a), 'NPY_NOT_NPY'],
    ['version 9', npy({ version: [9, 0] }), 'NPY_VERSION'],
    ['version 1.1', npy({ version: [1, 1] }), 'NPY_VERSION'],
    ['version 0', npy({ version: [0, 0] }), 'NPY_VERSION'],
    ['a length of 2^32-1', npy({ version: [2, 0], stated: 2 ** 32 - 1 }), 'NPY_HEADER'],
    ['a length of 10,001', npy({ stated: 10_001, body: 20_000 }), 'NPY_HEADER'],
    ['a length past the end', npy({ stated: 9_000 }), 'NPY_TRUNCATED'],
    ['a length of 0', npy({ stated: 0 }), 'NPY_HEADER'],
    ['an extra key', text("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 1}"), 'NPY_HEADER'],
    ['a key twice', text("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}"), 'NPY_HEADER'],
    ['no shape', text("{'descr': '<f4', 'fortran_order': False}"), 'NPY_HEADER'],
    ['no descr', text("{'fortran_order': False, 'shape': (2, 3)}"), 'NPY_HEADER'],
    ['no fortran_order', text("{'descr': '<f4', 'shape': (2, 3)}"), 'NPY_HEADER'],
    ['an empty dict', text('{}'), 'NPY_HEADER'],
    ['nothing but blanks', text(''), 'NPY_HEADER'],
    ['a nested dict', text(dict("{'a': '<f4'}")), 'NPY_HEADER'],
    ['a missing comma', text("{'descr': '<f4' 'fortran_order': False, 'shape': (2, 3)}"), 'NPY_HEADER'],
    ['a comma first', text("{, 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}"), 'NPY_HEADER'],
    ['two commas', text("{'descr': '<f4',, 'fortran_order': False, 'shape': (2, 3)}"), 'NPY_HEADER'],
    ['no closing brace', text("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)"), 'NPY_HEADER'],
    ['text behind it', text(dict() + ' import os'), 'NPY_HEADER'],
    ['a zero byte behind it', text(dict() + '\0'), 'NPY_HEADER'],
    ['an escape', text(dict("'\\x3cf4'")), 'NPY_HEADER'],
    ['a call', text(dict("__import__('os')")), 'NPY_HEADER'],
    ['an open string', text("{'descr: <f4"), 'NPY_HEADER'],
    ['a number for a flag', text(dict("'<f4'", '(2, 3)', '0')), 'NPY_HEADER'],
    ['JSON', text('{"descr": "<f4", "fortran_order": false, "shape": [2, 3]}'), 'NPY_HEADER'],
    ['a list for a shape', text(dict("'<f4'", '[2, 3]')), 'NPY_HEADER'],
    ['a broken shape', text(dict("'<f4'", '(2 3)')), 'NPY_HEADER'],
    ['an open shape', text(dict("'<f4'", '(2, 3')), 'NPY_HEADER'],
    ['a number in brackets', text(dict("'<f4'", '(6)')), 'NPY_HEADER'],
    ['a fraction', text(dict("'<f4'", '(2.0, 3)')), 'NPY_HEADER'],
    ['a hexadecimal number', text(dict("'<f4'", '(0x2, 3)')), 'NPY_HEADER'],
    ['letters of another script', text(dict("'<f4'", '(\u00b2, 3)')), 'NPY_HEADER'],
    ['Python objects', text(dict("'|O'")), 'NPY_OBJECTS'],
    ['Python objects of old', text(dict("'|O8'")), 'NPY_OBJECTS'],
    ['fields', text(dict("[('a', '<f4'), ('b', '<f4')]")), 'NPY_TYPE'],
    ['a type with a shape', text(dict("('<f4', (3,))")), 'NPY_TYPE'],
    ...["'|V12'", "'<c8'", "'<U4'", "'|S4'", "'<i4'", "'|u1'", "'|b1'", "'<M8[ns]'", "'>i8'", "'f4'", "''"].map(
      (descr): [string, Uint8Array, string] => [`type ${descr}`, text(dict(descr)), 'NPY_TYPE'],
    ),
    ...[
      '()',
      '(6,)',
      '(1, 2, 3)',
      '(2, 3, 1)',
      '(-2, -3)',
      '(-1, 768)',
      '(2, -3)',
      '(2, 0)',
      `(${10n ** 30n}, 768)`,
      '(9007199254740993, 1)',
    ].map((shape): [string, Uint8Array, string] => [`shape ${shape}`, text(dict("'<f4'", shape)), 'NPY_SHAPE']),
    ['a product beyond any number', text(dict("'<f4'", '(9007199254740991, 9007199254740991)')), 'NPY_TRUNCATED'],
    ['shape (2**40, 768)', text(dict("'<f4'", '(1099511627776, 768)')), 'NPY_TRUNCATED'],
    ['a body that is too short', npy({ body: 23 }), 'NPY_TRUNCATED'],
    ['a body that is too long', npy({ body: 25 }), 'NPY_SHAPE'],
    ['rows behind none', npy({ text: dict("'<f4'", '(0, 768)') }), 'NPY_SHAPE'],
  ] satisfies [string, Uint8Array, string][])('%s', (_, bytes, code) => {
    const error = failure(bytes);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^[A-Z].*\.$/s);
  });

  it('is quoted in the message', () => {
    expect(failure(text("{'descr': '<f4', 'x': 1}")).message).toContain('the key "x" is not expected');
    expect(failure(text(dict("'<i8'"))).message).toContain('"<i8"');
    expect(failure(text(dict("'|O'"))).message).toContain('Python objects');
    expect(failure(text(dict("'<f4'", '(6,)'))).message).toContain('"(6,)"');
    expect(failure(text(dict("[('a', '<f4')]"))).details).toEqual({ type: "[('a', '<f4')]" });
    expect(failure(new TextEncoder().encode('<!doctype html>')).details).toEqual({ what: 'html' });
  });
});

it.each([
  ['digits', dict("'<f4'", `(${'9'.repeat(9_000)}, 3)`)],
  ['dimensions', dict("'<f4'", `(${'1, '.repeat(3_000)})`)],
  ['letters of a type', dict(`'${'x'.repeat(9_000)}'`)],
  ['letters of a key', `{'${'x'.repeat(9_000)}': 1}`],
  ['fields', dict(`[${"('a', '<f4'), ".repeat(500)}]`)],
])('thousands of %s do not make a long message', (_, text) => {
  const { message, details } = failure(npy({ text }));
  expect(message.length).toBeLessThan(250);
  expect(JSON.stringify(details).length).toBeLessThan(150);
});

describe('bytes at random', () => {
  const tolerated = (bytes: Uint8Array): void => {
    try {
      const { rows, columns, type, dataOffset } = parse(bytes);
      expect(dataOffset + rows * columns * npyItemSize(type)).toBe(bytes.length);
    } catch (error) {
      if (!(error instanceof VoronoiceError)) throw error;
      expect(error.code).toMatch(/^NPY_/);
    }
  };

  it('never give anything but a typed error', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), tolerated));
  });

  it('never give anything but a typed error inside a real file', () => {
    const change = fc.tuple(fc.nat({ max: 151 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const bytes = npy();
        for (const [at, value] of changes) bytes[at] = value;
        tolerated(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('N2: never give anything but a typed error for a header made of its own words', () => {
    const word = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      ',',
      ':',
      "'descr'",
      "'shape'",
      "'fortran_order'",
      'True',
      '2',
      ' ',
      "'",
    );
    fc.assert(fc.property(fc.array(word, { maxLength: 30 }), (words) => tolerated(npy({ text: words.join('') }))));
  });
});
