import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPickle } from '@shared/formats/pth/pickle';
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
