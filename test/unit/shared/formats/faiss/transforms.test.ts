import { describe, expect, it } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import { walkIndex } from '@shared/formats/faiss/container';
import { walkBytes } from '@shared/formats/walk';
import { IndexWriter } from '../../../../fixtures/hostileIndexes';

/** Adds one change of the vectors to a file. */
type Change = (writer: IndexWriter) => IndexWriter;

/** One vector behind these changes; none where the index is not trained. */
function behind(from: number, to: number, changes: readonly Change[], trained = 1): Uint8Array {
  const writer = new IndexWriter().header('', 'IxPT', from, trained, 1, trained).i32('transforms', changes.length);
  for (const change of changes) change(writer);
  return writer.flat('index.', to, trained).build().bytes;
}

const array = (writer: IndexWriter, values: readonly number[]): IndexWriter => {
  writer.u64('', values.length);
  for (const value of values) writer.f32(value);
  return writer;
};
const ends = (writer: IndexWriter, from: number, to: number, trained: number): IndexWriter =>
  writer.i32('', from).i32('', to).u8('', trained);

interface Linear {
  readonly kind?: string;
  readonly from?: number;
  readonly to?: number;
  readonly matrix?: readonly number[];
  readonly bias?: readonly number[] | null;
  readonly trained?: number;
}

const linear =
  ({ kind = 'LTra', from = 1, to = 1, matrix = [1], bias = null, trained = 1 }: Linear): Change =>
  (writer) => {
    array(array(writer.text(kind).u8('', bias === null ? 0 : 1), matrix), bias ?? []);
    return ends(writer, from, to, trained);
  };

const remapping =
  (columns: readonly number[], from: number, to: number): Change =>
  (writer) => {
    writer.text('RmDT').u64('', columns.length);
    for (const column of columns) writer.i32('', column);
    return ends(writer, from, to, 1);
  };

const centering =
  (mean: readonly number[], d: number, trained = 1): Change =>
  (writer) =>
    ends(array(writer.text('VCnt'), mean), d, d, trained);

const normalizing: Change = (writer) => ends(writer.text('VNrm').f32(2), 1, 1, 1);

interface Binarizing {
  readonly mean?: readonly number[];
  readonly rotation?: string;
  readonly whole?: Linear;
  readonly from?: number;
  readonly to?: number;
  readonly trained?: number;
}

const binarizing =
  ({ mean = [1], rotation = 'Viqm', whole = {}, from = 1, to = 1, trained = 1 }: Binarizing): Change =>
  (writer) => {
    array(writer.text('Viqt'), mean).u8('', 0).text(rotation).i32('', 50).i32('', 1);
    array(array(writer.u8('', 0), []), []);
    ends(writer, to, to, 0);
    return ends(linear(whole)(writer), from, to, trained);
  };

const analysis =
  (kind: 'Pcam' | 'PcAm' | 'PCAm', power = 0): Change =>
  (writer) => {
    writer.text(kind).f32(power);
    if (kind === 'Pcam') writer.f32(0);
    writer.u8('', 0);
    if (kind !== 'PCAm') writer.i32('', 0);
    array(array(array(writer, [1]), [1]), [1]);
    return ends(array(array(writer.u8('', 0), [1]), []), 1, 1, 1);
  };

function answer(bytes: Uint8Array): string {
  try {
    const { reconstructable, flaws } = walkBytes(bytes, walkIndex(bytes.length));
    return [reconstructable ? 'comes back' : 'lost', ...flaws].join(' ');
  } catch (error) {
    if (!(error instanceof VoronoiceError)) throw error;
    return `refused: ${String(error.details['field'])}`;
  }
}

const NOT_TRAINED = { matrix: [], trained: 0 };

describe('a change of the vectors', () => {
  it.each<readonly [what: string, change: Change, to: number, said: string]>([
    ['a matrix', linear({}), 1, 'comes back transformed'],
    ['a rotation', linear({ kind: 'rrot' }), 1, 'comes back transformed'],
    ['a principal component analysis', analysis('Pcam'), 1, 'comes back transformed'],
    ['an older one', analysis('PcAm'), 1, 'comes back transformed'],
    ['the oldest', analysis('PCAm'), 1, 'comes back transformed'],
    ['one that whitens', analysis('Pcam', -0.5), 1, 'comes back notInvertible'],
    ['other columns', remapping([0, -1], 1, 2), 2, 'comes back transformed'],
    ['a mean that is taken off', centering([1], 1), 1, 'comes back'],
    ['one length', normalizing, 1, 'comes back normalizing'],
    ['bits', binarizing({}), 1, 'lost notInvertible'],
    ['what FAISS does not know', linear({ kind: 'XTra' }), 1, 'refused: transform'],
    ['a matrix with a number too few', linear({ to: 2 }), 2, 'refused: transform.matrix'],
    ['a matrix without numbers', linear({ matrix: [] }), 1, 'refused: transform.matrix'],
    ['a bias with a number too few', linear({ to: 2, matrix: [1, 1], bias: [1] }), 2, 'refused: transform.bias'],
    ['a bias without numbers', linear({ bias: [] }), 1, 'refused: transform.bias'],
    ['columns for fewer numbers than come out', remapping([0], 1, 2), 2, 'refused: remap.map'],
    ['a mean with a number too few', centering([], 1), 1, 'refused: centering.mean'],
    ['bits by another rotation', binarizing({ rotation: 'rrot' }), 1, 'refused: itq.rotation'],
    ['bits by a mean with a number too few', binarizing({ mean: [] }), 1, 'refused: itq.mean'],
    ['bits by a matrix that is not learned', binarizing({ whole: { trained: 0 } }), 1, 'refused: itq.matrix'],
    ['bits by a matrix of other vectors', binarizing({ whole: { from: 2, matrix: [1, 1] } }), 1, 'refused: itq.matrix'],
    ['bits by a matrix of other bits', binarizing({ whole: { to: 2, matrix: [1, 1] } }), 1, 'refused: itq.matrix'],
  ])('%s', (_, change, to, said) => {
    expect(answer(behind(1, to, [change]))).toBe(said);
  });

  it.each<readonly [what: string, change: Change, said: string]>([
    ['a matrix without numbers', linear(NOT_TRAINED), 'comes back transformed'],
    ['a matrix and a bias without numbers', linear({ ...NOT_TRAINED, bias: [] }), 'comes back transformed'],
    ['a mean without numbers', centering([], 1, 0), 'comes back'],
    ['bits without numbers', binarizing({ mean: [], whole: NOT_TRAINED, trained: 0 }), 'lost notInvertible'],
    ['a matrix with a number too many', linear({ ...NOT_TRAINED, matrix: [1, 1] }), 'refused: transform.matrix'],
    ['a bias with a number too many', linear({ ...NOT_TRAINED, bias: [1, 1] }), 'refused: transform.bias'],
    ['a mean with a number too many', centering([1, 1], 1, 0), 'refused: centering.mean'],
  ])('before it was learned: %s', (_, change, said) => {
    expect(answer(behind(1, 1, [change], 0))).toBe(said);
  });

  it.each<readonly [what: string, changes: readonly Change[], said: string]>([
    [
      'all flaws',
      [normalizing, linear({}), analysis('Pcam', -0.5)],
      'comes back normalizing transformed notInvertible',
    ],
    ['no way back behind one way', [binarizing({}), linear({})], 'lost notInvertible transformed'],
    ['as many as sixteen', Array<Change>(16).fill(normalizing), 'comes back normalizing'],
    ['no more', Array<Change>(17).fill(normalizing), 'refused: transforms'],
  ])('is kept of several: %s', (_, changes, said) => {
    expect(answer(behind(1, 1, changes))).toBe(said);
  });

  // Squares of larger numbers may exceed a float32, and features are at most 10,000.
  it.each<readonly [what: string, changes: readonly Change[], isTaken: boolean]>([
    ['a feature times 1e11', [linear({ matrix: [1e11] })], true],
    ['a feature times a little more', [linear({ matrix: [1.000_001e11] })], false],
    ['a feature times less than -1e11', [linear({ matrix: [-2e11] })], false],
    ['2e15 and a feature', [linear({ bias: [2e15] })], false],
    ['-2e15 and a feature', [linear({ bias: [-2e15] })], false],
    ['as far from a mean', [centering([2e15], 1)], false],
    ['1, once of one length, times 9e14', [normalizing, linear({ matrix: [9e14] })], true],
    ['1, once of one length, times 2e15', [normalizing, linear({ matrix: [2e15] })], false],
    ['bits times 9e14', [binarizing({ whole: { matrix: [9e14] } })], true],
    ['bits times 2e15', [binarizing({ whole: { matrix: [2e15] } })], false],
    [
      'columns of what is large already',
      [linear({ matrix: [1e11] }), remapping([0], 1, 1), linear({ matrix: [2] })],
      false,
    ],
  ])('makes numbers that can be compared: %s', (_, changes, isTaken) => {
    expect(answer(behind(1, 1, changes))).toMatch(isTaken ? /comes back|lost/ : /^refused: transform$/);
  });
});
