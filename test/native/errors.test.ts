import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Index, IndexFlatL2, Matrix, MetricType, kmeans, knn } from 'faiss-node';
import { describe, expect, it } from 'vitest';
import { codeOf, randomMatrix, randomValues } from './data';

const columns = 8;
const flat = (): Index => {
  const index = new IndexFlatL2(columns);
  index.add([...randomValues(20 * columns)]);
  return index;
};
const untrained = () => Index.fromFactory(columns, 'IVF4,Flat');
const x = randomMatrix(200, columns);
const poisoned = (value: number) => {
  const values = randomValues(200 * columns);
  values[77 * columns + 3] = value;
  return Matrix.from(values, columns);
};

const refined = () => Index.fromFactory(columns, 'IVF4,PQ4x4,RFlat');

/** Every way to call wrongly, and the code it must give. */
const cases: readonly (readonly [string, string, () => unknown])[] = [
  ['TOO_FEW_POINTS', 'train IVF', () => Index.fromFactory(columns, 'IVF300,Flat').train(x)],
  ['TOO_FEW_POINTS', 'train IVF on nothing', () => untrained().train(new Matrix(0, columns))],
  ['TOO_FEW_POINTS', 'train PQ', () => Index.fromFactory(columns, 'PQ4x8').train(x)],
  ['TOO_FEW_POINTS', 'train IVFPQ', () => Index.fromFactory(columns, 'IVF4,PQ4x8').train(x)],
  ['TOO_FEW_POINTS', 'train plain array', () => untrained().train([...randomValues(3 * columns)])],
  ['TOO_FEW_POINTS', 'kmeans', () => kmeans(x, 201)],
  ['DIMENSION', 'train', () => untrained().train(randomMatrix(50, 7))],
  ['DIMENSION', 'add', () => flat().add(randomMatrix(5, 7))],
  ['DIMENSION', 'search Matrix', () => flat().search(randomMatrix(5, 7), 1)],
  ['DIMENSION', 'search array', () => flat().search(new Float32Array(7), 1)],
  ['DIMENSION', 'knn', () => knn(randomMatrix(5, 7), x, 1)],
  ['DIMENSION', 'merge', () => flat().mergeFrom(new IndexFlatL2(7))],
  ['NOT_FINITE', 'train NaN', () => untrained().train(poisoned(NaN))],
  ['NOT_FINITE', 'train infinity', () => untrained().train(poisoned(Infinity))],
  ['NOT_FINITE', 'add', () => flat().add(poisoned(NaN))],
  ['NOT_FINITE', 'search', () => flat().search(poisoned(-Infinity), 1)],
  ['NOT_FINITE', 'knn base', () => knn(x, poisoned(NaN), 1)],
  ['NOT_FINITE', 'kmeans', () => kmeans(poisoned(NaN), 3)],
  ['NOT_TRAINED', 'add', () => untrained().add(x)],
  ['NOT_TRAINED', 'add plain array', () => untrained().add([...randomValues(columns)])],
  ['NOT_TRAINED', 'search', () => untrained().search(x, 1)],
  ['NOT_TRAINED', 'assign', () => untrained().assign(x)],
  ['NOT_TRAINED', 'centroids', () => untrained().centroids()],
  ['NOT_TRAINED', 'add to PQ', () => Index.fromFactory(columns, 'PQ4x4').add(x)],
  ['UNSUPPORTED', 'listSizes of flat', () => flat().listSizes()],
  ['UNSUPPORTED', 'listIds of flat', () => flat().listIds(0)],
  ['UNSUPPORTED', 'centroids of flat', () => flat().centroids()],
  ['UNSUPPORTED', 'assign with flat', () => flat().assign(x)],
  ['UNSUPPORTED', 'nprobe of flat', () => flat().search(x, 1, { nprobe: 2 })],
  ['UNSUPPORTED', 'unknown parameter', () => flat().setParameter('nonsense', 1)],
  ['UNSUPPORTED', 'nprobe parameter of flat', () => flat().setParameter('nprobe', 1)],
  ['UNSUPPORTED', 'knn metric', () => knn(x, x, 1, { metric: MetricType.METRIC_L1 })],
  ['ARGUMENT', 'k = 0', () => flat().search(x, 0)],
  ['ARGUMENT', 'k = 0, plain array', () => flat().search([...randomValues(columns)], 0)],
  ['ARGUMENT', 'k = NaN', () => flat().search(x, NaN)],
  ['ARGUMENT', 'k > ntotal, plain array', () => flat().search([...randomValues(columns)], 21)],
  ['ARGUMENT', 'nprobe = 0', () => untrained().search(x, 1, { nprobe: 0 })],
  ['ARGUMENT', 'nprobe parameter = 0', () => untrained().setParameter('nprobe', 0)],
  ['ARGUMENT', 'nprobe parameter = NaN', () => untrained().setParameter('nprobe', NaN)],
  ['ARGUMENT', 'efSearch beyond the bound', () => Index.fromFactory(columns, 'HNSW4').setParameter('efSearch', 4097)],
  ['ARGUMENT', 'efSearch = 0', () => Index.fromFactory(columns, 'HNSW4').setParameter('efSearch', 0)],
  ['ARGUMENT', 'k_factor beyond the bound', () => refined().setParameter('k_factor_rf', 1025)],
  ['ARGUMENT', 'k_factor below 1', () => refined().setParameter('k_factor', 0.5)],
  ['ARGUMENT', 'k_factor = Infinity', () => refined().setParameter('k_factor', Infinity)],
  ['ARGUMENT', 'from beyond the end', () => flat().add(x, { from: 201 })],
  ['ARGUMENT', 'count beyond the end', () => flat().add(x, { from: 100, count: 101 })],
  ['ARGUMENT', 'rows beyond the end', () => untrained().train(x, { rows: 201 })],
  ['ARGUMENT', 'baseRows beyond the end', () => knn(x, x, 1, { baseRows: 201 })],
  ['ARGUMENT', 'reconstruct beyond the end', () => flat().reconstruct({ from: 21 })],
  ['ARGUMENT', 'options', () => flat().add(x, 3 as never)],
  ['ARGUMENT', 'signal', () => flat().add(x, { signal: {} as never })],
  ['ARGUMENT', 'listener', () => flat().add(x, { onProgress: 1 as never })],
  ['ARGUMENT', 'threads', () => flat().search(x, 1, { threads: 0 })],
  ['ARGUMENT', 'dimension', () => new Index(0)],
  ['ARGUMENT', 'no dimension', () => new (Index as unknown as new () => Index)()],
  ['ARGUMENT', 'metric', () => Index.fromFactory(columns, 'Flat', 7 as never)],
  ['ARGUMENT', 'path', () => Index.open('')],
  ['ARGUMENT', 'a descriptor below 0', () => Index.open(-1)],
  ['IO', 'a descriptor that is not open', () => Index.open(2 ** 20)],
  ['ARGUMENT', 'path with NUL', () => Index.open('a\0b')],
  [
    'ARGUMENT',
    'merge with itself',
    () => {
      const index = flat();
      index.mergeFrom(index);
    },
  ],
  ['FACTORY', 'empty', () => Index.fromFactory(columns, '')],
  ['FACTORY', 'nonsense', () => Index.fromFactory(columns, 'Index')],
  ['FACTORY', 'IVF0', () => Index.fromFactory(columns, 'IVF0,Flat')],
  ['FACTORY', 'PQ0', () => Index.fromFactory(columns, 'PQ0')],
  ['FACTORY', 'IVF of 10^18', () => Index.fromFactory(columns, 'IVF1000000000000000000,Flat')],
  ['FACTORY', 'PQ that does not divide', () => Index.fromFactory(columns, 'PQ3')],
  ['FACTORY', 'unbalanced', () => Index.fromFactory(columns, 'IVF4(,Flat')],
  ['IO', 'missing file', () => Index.open('/no/such/file')],
  ['IO', 'missing file, plain', () => Index.read('/no/such/file')],
  ['MEMORY', 'k of 2^31', () => flat().search(randomMatrix(20_000, columns), 2 ** 31 - 1)],
  [
    'UNSUPPORTED',
    'reconstruct from an id map',
    async () => {
      const index = Index.fromFactory(columns, 'IDMap,Flat');
      await index.add(x);
      await index.reconstruct();
    },
  ],
  [
    'UNSUPPORTED',
    'reconstruct removed ids',
    async () => {
      const index = untrained();
      await index.train(x);
      await index.add(x);
      index.removeIds([3]);
      await index.reconstruct();
    },
  ],
  [
    'UNSUPPORTED',
    'reconstruct, fast scan',
    async () => {
      const index = Index.fromFactory(columns, 'IVF4,PQ4x4fs');
      await index.train(x);
      await index.add(x);
      await index.reconstruct();
    },
  ],
  [
    'UNSUPPORTED',
    'remove, fast scan',
    async () => {
      const index = Index.fromFactory(columns, 'IVF4,PQ4x4fs');
      await index.train(x);
      await index.add(x);
      index.removeIds([0]);
    },
  ],
  [
    'UNSUPPORTED',
    'remove from a graph',
    () => {
      const index = Index.fromFactory(columns, 'HNSW4');
      index.add([...randomValues(20 * columns)]);
      index.removeIds([0]);
    },
  ],
  [
    'UNSUPPORTED',
    'merge unlike indexes',
    () => {
      const index = flat();
      index.mergeFrom(Index.fromFactory(columns, 'SQ8'));
    },
  ],
  [
    'UNSUPPORTED',
    'search IVF by a metric it does not know',
    async () => {
      const index = Index.fromFactory(columns, 'IVF4,Flat', MetricType.METRIC_L1);
      await index.train(x);
      await index.add(x);
      await index.search(x, 1);
    },
  ],
];

describe('every failure is an error with a code, and the process lives on', () => {
  it.each(cases)('%s: %s', async (code, _name, call) => {
    expect(await codeOf(call)).toBe(code);
  });

  it('CLOSED: every call', async () => {
    const index = untrained();
    index.close();
    index.close();
    const calls: (() => unknown)[] = [
      () => index.ntotal(),
      () => index.getDimension(),
      () => index.isTrained(),
      () => index.train(x),
      () => index.add(x),
      () => index.search(x, 1),
      () => index.add([]),
      () => index.search([], 1),
      () => index.toBuffer(),
      () => index.removeIds([1]),
      () => index.describe(),
      () => index.listSizes(),
      () => index.centroids(),
      () => index.reconstruct(),
      () => index.assign(x),
      () => index.save('never.index'),
      () => index.setParameter('nprobe', 1),
      () => flat().mergeFrom(index),
      () => index.mergeFrom(flat()),
    ];
    for (const call of calls) expect(await codeOf(call), call.toString()).toBe('CLOSED');
    const closed = randomMatrix(4, columns);
    closed.close();
    expect(await codeOf(() => flat().add(closed))).toBe('CLOSED');
    expect(await codeOf(() => knn(closed, x, 1))).toBe('CLOSED');
  });

  it('ARGUMENT: busy while work is under way', async () => {
    const index = Index.fromFactory(64, 'IVF50,Flat');
    const training = index.train(randomMatrix(20_000, 64));
    expect(await codeOf(() => index.describe())).toBe('ARGUMENT');
    expect(await codeOf(() => index.toBuffer())).toBe('ARGUMENT');
    await training;
    expect(index.describe().isTrained).toBe(true);
  });

  it('a failed training leaves an index that can be trained', async () => {
    const index = untrained();
    expect(await codeOf(() => index.train(poisoned(NaN)))).toBe('NOT_FINITE');
    expect(index.isTrained()).toBe(false);
    await index.train(x);
    expect(index.isTrained()).toBe(true);
  });

  it('a refused add changes nothing', async () => {
    const index = untrained();
    await index.train(x);
    expect(await codeOf(() => index.add(poisoned(NaN)))).toBe('NOT_FINITE');
    expect(index.ntotal()).toBe(0);
    expect([...index.listSizes()]).toEqual([0, 0, 0, 0]);
  });

  it('prints nothing on few points, where FAISS would warn', async () => {
    const script = `
      const { Index, Matrix, kmeans } = require('faiss-node');
      const x = new Matrix(50, 4);
      x.set(0, Float32Array.from({ length: 200 }, (_, i) => Math.sin(i * i)));
      Index.fromFactory(4, 'IVF20,Flat').train(x).then(() => kmeans(x, 20)).then(async () => {
        for (const factory of ['IVF2,PQ2x4', 'IVF2,PQ2x4fs', 'PQ2x4', 'PQ2x4fs']) await Index.fromFactory(4, factory).train(x);
      });`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', script]);
    expect(stdout + stderr).toBe('');
  });
});
