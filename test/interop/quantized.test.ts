import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Index, Matrix, engineInfo } from 'faiss-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/shared/domain/maths/random';
import { runPython, useCommandLine } from './command';

interface Answer {
  readonly distances: readonly number[];
  readonly labels: readonly number[];
}

const KERNELS = ['avx512', 'avx2', 'portable'] as const;
const available = KERNELS.slice(KERNELS.indexOf(engineInfo().scan));
const [ROWS, QUERIES, COLUMNS, K] = [3_000, 101, 30, 8];
const PROBES = [1, 6, 40];

/** Odd parts fill no whole register; 200 of one row make equal sums; residual codes are left to FAISS. */
const FACTORIES = {
  packed: 'IVF40,PQ10x4fs',
  packedOdd: 'IVF40,PQ15x4fs',
  packedResidual: 'IVF40,PQ15x4fsr',
  refined: 'IVF40,PQ15x4fs,RFlat',
  bytes: 'IVF40,SQ8',
  halves: 'IVF40,SQfp16',
};
const names = Object.keys(FACTORIES) as (keyof typeof FACTORIES)[];

const folder = useCommandLine();

function rowsOf(count: number, columns: number, seed: number): Matrix {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: count * columns }, () => random.normal());
  return Matrix.from(values, columns);
}

/** Searches every index with some instructions, in a process of its own. */
const script = `
  const { Index, engineInfo } = require('faiss-node');
  const { readFileSync } = require('node:fs');
  const [folder, names, k, probes] = process.argv.slice(1);
  (async () => {
    const bytes = readFileSync(folder + '/queries');
    const queries = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const answers = {};
    for (const name of names.split(',')) {
      const index = await Index.open(folder + '/' + name + '.index');
      answers[name] = [];
      for (const nprobe of probes.split(',').map(Number)) {
        const found = await index.search(queries, Number(k), { nprobe });
        answers[name].push({ distances: [...found.distances], labels: [...found.labels] });
      }
    }
    console.log(JSON.stringify({ scan: engineInfo().scan, answers }));
  })();`;

let theirs: Readonly<Record<string, readonly Answer[]>>;

beforeAll(async () => {
  await rowsOf(ROWS, COLUMNS, 1).writeNpy(join(folder.path, 'x.npy'));
  const queries = rowsOf(QUERIES, COLUMNS, 2);
  await queries.writeNpy(join(folder.path, 'queries.npy'));
  writeFileSync(join(folder.path, 'queries'), queries.toFloat32Array());
  const factories = names.map((name) => `${name}=${FACTORIES[name]}`);
  const args = ['search', folder.path, String(K), PROBES.join(','), ...factories];
  theirs = (await runPython('quantizedReference.py', ...args)) as typeof theirs;
});

describe('rounded vectors', () => {
  for (const kernel of KERNELS) {
    const can = available.includes(kernel);
    it.skipIf(!can)(`are found with ${kernel} as FAISS finds them${can ? '' : ' (not on this processor)'}`, () => {
      const words = [folder.path, names.join(','), String(K), PROBES.join(',')];
      const stdout = execFileSync(process.execPath, ['-e', script, ...words], {
        env: { ...process.env, FAISS_NODE_SCAN: kernel },
        maxBuffer: 1 << 28,
      });
      const { scan, answers } = JSON.parse(stdout.toString()) as { scan: string; answers: typeof theirs };
      expect(scan).toBe(kernel);
      for (const name of names) {
        for (const [i, nprobe] of PROBES.entries()) {
          const [ours, faiss] = [answers[name]![i]!, theirs[name]![i]!];
          const what = `${FACTORIES[name]}, nprobe ${nprobe}`;
          const far = ours.distances.filter((distance, at) => {
            const wanted = faiss.distances[at]!;
            return Math.abs(distance - wanted) > 1e-4 * wanted;
          });
          const other = ours.labels.filter((label, at) => label !== faiss.labels[at]);
          // Rounding may move an entry of a table by one, and of equal sums either may come first.
          expect(far.length / ours.distances.length, what).toBeLessThan(0.005);
          expect(other.length / ours.labels.length, what).toBeLessThan(0.05);
        }
      }
    });
  }

  // FAISS learns from 100,000 rows that it draws where there are more.
  it.each([1_500, 101_000])('are rounded by the ranges that FAISS finds in %i rows', async (rows) => {
    const x = rowsOf(rows, 4, 3);
    const [features, file] = ['npy', 'index'].map((ending) => join(folder.path, `${rows}.${ending}`)) as [
      string,
      string,
    ];
    await x.writeNpy(features);
    const index = Index.fromFactory(4, `IVF${Math.floor(rows / 100)},SQ8`);
    await index.train(x);
    await index.save(file);
    const { numbers, apart } = (await runPython('quantizedReference.py', 'ranges', file, features)) as {
      readonly numbers: number;
      readonly apart: number;
    };
    expect(numbers).toBe(8);
    expect(apart).toBeLessThan(1e-5);
  });
});
