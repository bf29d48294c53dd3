import { type BuiltFile, FieldWriter } from '../fixtures/fields';

const dict = (descr = "'<f4'", fortran = 'False', shape = '(2, 3)'): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

/** A file as numpy writes it: the header padded with blanks to a multiple of 64 and ended with a line break. */
function npy(text = dict(), { version = 1, body = 24 } = {}): BuiltFile {
  const start = version === 1 ? 10 : 12;
  const length = Math.ceil((start + text.length + 1) / 64) * 64 - start;
  const writer = new FieldWriter().text('\x93NUMPY').u8('major', version).u8('minor', 0);
  if (version === 1) writer.u16('header length', length);
  else writer.i32('header length', length);
  return writer
    .text(`${text.padEnd(length - 1)}\n`)
    .raw(new Uint8Array(body))
    .build();
}

/** What can stand for a number of rows or columns. */
const NUMBERS = [
  ...['0', '-1', '-0', '3', '1', '+2', '02', '2L', '2.0', '1e3', '0x2', "'2'", '', ' 2', '٢', '(2)'],
  ...['2147483648', '1099511627776', '9007199254740993', '9223372036854775807', '9'.repeat(400)],
];
const TYPES = [
  ...["'<f2'", "'<f4'", "'<f8'", "'>f2'", "'>f4'", "'>f8'", "'=f4'", "'f4'", "'<f16'", "'<F4'", "'<c8'", "'<i4'"],
  ...["'|u1'", "'|b1'", "'<U8'", "'|S4'", "'|V8'", "'<M8[s]'", "'|O'", "'O'", "'|O8'", "''", "'<f4\\x00'", '"<f4"'],
  ...["[('x', '<f4')]", "('<f4', (2,))", "{'names': ['x']}", 'None', '<f4', "'<f4", "__import__('os')"],
];
const ORDERS = ['True', '0', '1', 'None', "'False'", 'true', '', 'False or True'];
const SHAPES = ['()', '(5,)', '(2, 3, 1)', '2', '[2, 3]', '(2 3)', '(2, 3', '2, 3)', '((2, 3))', '(2, 3,)', '(2,, 3)'];
const HEADERS: Readonly<Record<string, string>> = {
  nothing: '',
  blanks: ' '.repeat(40),
  'no braces': "'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)",
  'no type': "{'fortran_order': False, 'shape': (2, 3), }",
  'no order': "{'descr': '<f4', 'shape': (2, 3), }",
  'no shape': "{'descr': '<f4', 'fortran_order': False, }",
  'another key': `${dict().slice(0, -1)}'x': 1, }`,
  'a key twice': `${dict().slice(0, -1)}'shape': (2, 3), }`,
  'a shape twice, another': `${dict().slice(0, -1)}'shape': (3, 2), }`,
  'no comma': "{'descr': '<f4' 'fortran_order': False 'shape': (2, 3)}",
  'two commas': "{'descr': '<f4',, 'fortran_order': False, 'shape': (2, 3)}",
  'no last comma': "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
  'another order of keys': "{'shape': (2, 3), 'descr': '<f4', 'fortran_order': False, }",
  'double quotes': '{"descr": "<f4", "fortran_order": False, "shape": (2, 3), }',
  'a dictionary in it': `{'descr': ${dict()}, 'fortran_order': False, 'shape': (2, 3), }`,
  'something behind it': `${dict()} + exit()`,
  'a line break in it': dict().replace(' ', '\n'),
  'a NUL in it': dict().replace(' ', '\0'),
  'deep brackets': `{'descr': ${'('.repeat(3_000)}${')'.repeat(3_000)}, }`,
  'letters of another script': dict("'<ｆ4'"),
};

/** Files of features by what they are; those with fields are also cut and changed. */
export function npySpecimens(): Readonly<Record<string, BuiltFile>> {
  return {
    'version 1': npy(),
    'version 2': npy(dict(), { version: 2 }),
    'version 3': npy(dict(), { version: 3 }),
    ...named(NUMBERS, 'rows', (rows) => dict("'<f4'", 'False', `(${rows}, 3)`)),
    ...named(NUMBERS, 'columns', (columns) => dict("'<f4'", 'False', `(2, ${columns})`)),
    ...named(TYPES, 'type', (type) => dict(type)),
    ...named(ORDERS, 'order', (order) => dict("'<f4'", order)),
    ...named(SHAPES, 'shape', (shape) => dict("'<f4'", 'False', shape)),
    ...named(Object.keys(HEADERS), 'header', (name) => HEADERS[name] ?? ''),
    'a byte too few': plain(npy(dict(), { body: 23 })),
    'a byte too many': plain(npy(dict(), { body: 25 })),
    'no numbers': plain(npy(dict(), { body: 0 })),
  };
}

function named(
  values: readonly string[],
  what: string,
  text: (value: string) => string,
): Readonly<Record<string, BuiltFile>> {
  const title = (value: string): string => `${what} ${value.length > 40 ? `of ${value.length} digits` : value}`;
  return Object.fromEntries(values.map((value) => [title(value), plain(npy(text(value)))]));
}

/** Looked at as it is. */
function plain({ bytes }: BuiltFile): BuiltFile {
  return { bytes, fields: [] };
}
