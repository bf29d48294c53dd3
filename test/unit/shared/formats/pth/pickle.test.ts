import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PickleValue, readPickle } from '@shared/formats/pth/pickle';
import * as make from '../../../../fixtures/pickles';
import { errorCodeOf } from '../../../../fixtures/errorCode';

const code = (action: () => unknown): string => errorCodeOf(action) ?? 'read';

describe('readPickle', () => {
  it('reads plain values', () => {
    const bytes = make.pickle(make.dictionary({ a: make.int(-5), ü: make.list(make.text('x'), make.none) }));
    expect(readPickle(bytes)).toEqual({
      value: new Map<string, unknown>([
        ['a', -5],
        ['ü', ['x', null]],
      ]),
      end: bytes.length,
    });
  });

  it('tells a tensor by its shape', () => {
    expect(readPickle(make.pickle(make.tensor(192, 768))).value).toEqual({ kind: 'tensor', shape: [192, 768] });
  });

  const opaque = (name: string): PickleValue => ({ kind: 'opaque', name });
  const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
  const dict = (...entries: readonly (readonly [string, PickleValue])[]): PickleValue => new Map(entries);
  const DEFAULT = 'ccollections\ndefaultdict\n';

  // What Python's pickletools says that each instruction does, and Python gives for these.
  it.each<readonly [program: string, value: PickleValue]>([
    ['N.', null],
    ['\x88.', true],
    ['\x89.', false],
    ['I01\n.', true],
    ['I00\n.', false],
    ['I-12\n.', -12],
    ['L12L\n.', 12],
    ['K\x05.', 5],
    ['M\x01\x02.', 513],
    ['J\xfe\xff\xff\xff.', -2],
    ['\x8a\x00.', 0],
    ['\x8a\x02\x00\x01.', 256],
    ['\x8b\x02\x00\x00\x00\x00\x01.', 256],
    [`\x8a\x40${'\xff'.repeat(64)}.`, -1],
    ['F1.5\n.', 1.5],
    ['G\x3f\xf8\x00\x00\x00\x00\x00\x00.', 1.5],
    ["S'ab'\n.", 'ab'],
    ['T\x02\x00\x00\x00ab.', 'ab'],
    ['U\x02ab.', 'ab'],
    ['Vab\n.', 'ab'],
    ['V\n.', ''],
    ['X\x02\x00\x00\x00ab.', 'ab'],
    ['\x8c\x02ab.', 'ab'],
    ['\x8c\x02\xc3\xbc.', 'ü'],
    ['\x8c\x02\xc3a.', 'Ãa'],
    ['\x8c\x01\x80.', '\x80'],
    ['\x8c\x02\x0a\xff.', '\nÿ'],
    ['\x8d\x02\x00\x00\x00\x00\x00\x00\x00ab.', 'ab'],
    ['B\x02\x00\x00\x00ab.', bytes(97, 98)],
    ['C\x02ab.', bytes(97, 98)],
    ['\x8e\x02\x00\x00\x00\x00\x00\x00\x00ab.', bytes(97, 98)],
    ['\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.', bytes(97, 98)],
    ['].', []],
    [').', []],
    ['\x8f.', []],
    ['(K\x01K\x02l.', [1, 2]],
    ['(K\x01K\x02t.', [1, 2]],
    ['(K\x01K\x02\x91.', [1, 2]],
    ['K\x01\x85.', [1]],
    ['K\x01K\x02\x86.', [1, 2]],
    ['K\x01K\x02K\x03\x87.', [1, 2, 3]],
    [']K\x01a.', [1]],
    ['](K\x01K\x02e.', [1, 2]],
    ['\x8f(K\x01K\x02\x90.', [1, 2]],
    ['}.', dict()],
    ['}K\x01K\x02s.', dict(['1', 2])],
    [
      '}(\x88K\x02\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00NNNu.',
      dict(['true', 2], ['9223372036854775808', null], ['', null]),
    ],
    ['(K\x01K\x02d.', dict(['1', 2])],
    ['\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00K\x01.', 1],
    ['K\x01K\x020.', 1],
    ['K\x01(K\x02K\x031.', 1],
    ['K\x012\x86.', [1, 1]],
    ['K\x07p3\n0g3\n.', 7],
    ['K\x07q\x030h\x03.', 7],
    ['K\x07r\x00\x01\x00\x000j\x00\x01\x00\x00.', 7],
    ['K\x07\x940K\x08\x940h\x00h\x01\x86.', [7, 8]],
    [`${DEFAULT}.`, opaque('collections.defaultdict')],
    ['\x8c\x0bcollections\x8c\x0bdefaultdict\x93.', opaque('collections.defaultdict')],
    ['(icollections\ndefaultdict\n.', opaque('collections.defaultdict')],
    [`(${DEFAULT}K\x01o.`, opaque('collections.defaultdict')],
    [`${DEFAULT})R.`, opaque('collections.defaultdict')],
    [`${DEFAULT})\x81.`, opaque('collections.defaultdict')],
    [`${DEFAULT})}\x92.`, opaque('collections.defaultdict')],
    [`${DEFAULT})R(K\x01K\x02uK\x01K\x02s.`, opaque('collections.defaultdict')],
    ['ccollections\nOrderedDict\n)R}bK\x01K\x02s.', dict(['1', 2])],
    ['ctorch._utils\n_rebuild_parameter\n(K\x05\x88tR.', 5],
    ['ctorch._utils\n_rebuild_parameter\n)R.', null],
    ['ctorch._utils\n_rebuild_tensor\n(NK\x00(K\x00K\x05ttR.', { kind: 'tensor', shape: [0, 5] }],
    ['Pab\n.', opaque('ab')],
    ['K\x01Q.', opaque('storage')],
  ])('reads %j', (program, value) => {
    const whole = Uint8Array.from(Buffer.from(`.${program}x`, 'latin1'));
    const read = readPickle(whole, 1);
    expect(read).toEqual({ value, end: whole.length - 1 });
  });

  it.each([
    ['a number without an end', 'I12'],
    ['a text without an end', '\x8c\x03ab.'],
    ['a length beyond the end', '\x8d\xff\x00\x00\x00\x00\x00\x00\x00ab.'],
    ['a length beyond all numbers', `\x95${'\xff'.repeat(8)}N.`],
    ['a number of 65 bytes', `\x8a\x41${'\xff'.repeat(65)}.`],
    ['a number in words', 'Ixy\n.'],
    ['a value where there is none', '.'],
    ['a mark for a value', '(.'],
    ['a mark twice', '(2.'],
    ['a group where there is none', 'K\x01t.'],
    ['what nobody remembers', 'h\x00.'],
    ['an item of no list', 'K\x01K\x02a.'],
    ['an item of no dictionary', ']K\x01K\x02s.'],
    ['a call of a number', 'K\x01)R.'],
    ['an object of nothing', '(o.'],
    ['a shape below zero', 'ctorch._utils\n_rebuild_tensor\n(NK\x00(J\xff\xff\xff\xffttR.'],
    ['a shape of halves', 'ctorch._utils\n_rebuild_tensor\n(NK\x00(F1.5\nttR.'],
    ['a shape of texts', 'ctorch._utils\n_rebuild_tensor\n(NK\x00(V1\nttR.'],
  ])('refuses %s', (_, program) => {
    expect(code(() => readPickle(Buffer.from(program, 'latin1')))).toBe('MODEL_CORRUPT');
  });

  it('reads numbers of any length', () => {
    const long = [0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 128, 0];
    expect(readPickle(make.pickle(long)).value).toBe(2n ** 63n);
    expect(readPickle(make.pickle([0x8a, 1, 255])).value).toBe(-1);
  });

  it.each([
    ['remembers', '\x94'],
    ['repeats', '2'],
    ['begins groups', '('],
    ['throws groups away', '(1'],
    ['reads texts', 'Vx\n0'],
  ])('follows no program that %s without end', (_, step) => {
    const program = Buffer.from(`N${step.repeat(2_000_000 / step.replace(/Vx\n/, 'V').length)}.`, 'latin1');
    expect(() => readPickle(program)).toThrow('more instructions than any model has');
  });

  it('reads a long text by its beginning, whatever it is written in', () => {
    for (const letter of ['a', 'ü']) {
      const { value } = readPickle(make.pickle(make.text(letter.repeat(20_000))));
      expect(value).toBe(letter.repeat(letter === 'a' ? 10_000 : 5_000));
    }
  });

  it.each([
    ['os', 'system'],
    ['builtins', 'eval'],
    ['torch', 'load'],
    ['torch._utils', '_rebuild_tensor_v2.__globals__'],
    ['collections', 'OrderedDict.fromkeys'],
  ])('refuses %s.%s by name', (module, name) => {
    expect(code(() => readPickle(make.pickle(make.call(make.named(module, name)))))).toBe('MODEL_RUNS_CODE');
  });

  const known = [
    ...['OrderedDict', 'defaultdict'].map((name) => `collections.${name}`),
    ...['_rebuild_tensor', '_rebuild_tensor_v2', '_rebuild_parameter'].map((name) => `torch._utils.${name}`),
    ...['Float', 'Half', 'BFloat16', 'Double', 'Long', 'Int', 'Short', 'Char', 'Byte', 'Bool'].map(
      (type) => `torch.${type}Storage`,
    ),
    ...['Untyped', 'Typed'].map((type) => `torch.storage.${type}Storage`),
    ...['float16', 'float32', 'float64', 'bfloat16', 'int8', 'int16', 'int32', 'int64', 'uint8', 'bool'].map(
      (type) => `torch.${type}`,
    ),
    ...['torch.device', 'torch.Size', 'torch.nn.parameter.Parameter', '_codecs.encode', 'argparse.Namespace'],
    ...['numpy.core.multiarray.scalar', 'numpy._core.multiarray.scalar', 'numpy.dtype'],
    'fairseq.data.dictionary.Dictionary',
  ];
  const asked = (full: string): string => {
    const dot = full.lastIndexOf('.');
    return code(() => readPickle(make.pickle(make.named(full.slice(0, dot), full.slice(dot + 1)))));
  };

  it.each(known)('names %s, and nothing that only begins or ends like it', (name) => {
    expect(asked(name)).toBe('read');
    for (const other of [`evil.${name}`, `evil${name}`, `${name}.evil`, `${name}X`]) {
      expect(known.includes(other) ? 'known' : asked(other)).toMatch(/known|MODEL_RUNS_CODE/);
    }
  });

  it('refuses a name that is put together on the stack', () => {
    const bytes = make.pickle([...make.text('os'), ...make.text('system'), 0x93]);
    expect(code(() => readPickle(bytes))).toBe('MODEL_RUNS_CODE');
  });

  it('refuses extension codes and unknown bytes', () => {
    for (const opcode of [0x82, 0x83, 0x84, 0xff, 0x00]) {
      expect(code(() => readPickle(make.pickle([opcode, 1, 1, 1, 1])))).toBe('MODEL_CORRUPT');
    }
  });

  it('refuses a model that is cut off at any byte', () => {
    const whole = make.voiceModel(768);
    for (let length = 0; length < whole.length; length++) {
      expect(code(() => readPickle(whole.subarray(0, length)))).toBe('MODEL_CORRUPT');
    }
  });

  it('ends a pickle that repeats itself, before memory does', () => {
    const bytes = Uint8Array.from([...make.none, ...Array.from({ length: 2_100_000 }, () => '2'.charCodeAt(0))]);
    expect(code(() => readPickle(bytes))).toBe('MODEL_CORRUPT');
  });

  it('answers any bytes with a value or a failure of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['read', 'MODEL_CORRUPT', 'MODEL_RUNS_CODE']).toContain(code(() => readPickle(bytes)));
      }),
      { numRuns: 3_000 },
    );
  });

  it('answers a model with any byte changed with a value or a failure of its own', () => {
    const whole = make.voiceModel(256);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const changed = whole.slice();
        changed[at] = byte;
        expect(['read', 'MODEL_CORRUPT', 'MODEL_RUNS_CODE']).toContain(code(() => readPickle(changed)));
      }),
      { numRuns: 3_000 },
    );
  });
});
