import { Index, Matrix, MetricType, type Neighbors } from 'faiss-node';
import { describe, expect, it } from 'vitest';
import { codeOf, randomMatrix } from './data';

const COLUMNS = 24;
/** The last two are all of the groups, however many are asked for. */
const NPROBES = [1, 2, 5, 12, 30, 40, 64];

async function filled(factory: string, metric = MetricType.METRIC_L2): Promise<Index> {
  const rows = randomMatrix(2400, COLUMNS);
  const index = Index.fromFactory(COLUMNS, factory, metric);
  await index.train(rows);
  await index.add(rows);
  return index;
}

/** Which neighbors a row has, by distance; equally near ones in any order. */
function rowsOf({ k, distances, labels }: Neighbors): (readonly [number, number])[][] {
  return Array.from({ length: labels.length / k }, (_, row) =>
    Array.from({ length: k }, (_, place): readonly [number, number] => [
      distances[row * k + place]!,
      labels[row * k + place]!,
    ]).sort(([one, a], [other, b]) => one - other || a - b),
  );
}

describe('searches of several widths', () => {
  it.each([
    ['IVF40,Flat', MetricType.METRIC_L2],
    ['IVF40,SQ8', MetricType.METRIC_L2],
    ['IVF40,SQfp16', MetricType.METRIC_L2],
    ['IVF40,PQ6x4fs,RFlat', MetricType.METRIC_L2],
    ['IVF40_HNSW8,Flat', MetricType.METRIC_L2],
    ['IVF40,Flat', MetricType.METRIC_INNER_PRODUCT],
  ])('find what each of them finds by itself: %s, metric %d', async (factory, metric) => {
    const index = await filled(factory, metric);
    const queries = Matrix.from(randomMatrix(2400, COLUMNS).toFloat32Array(0, 700), COLUMNS);
    const k = 9;
    const together = await index.searchWidths(queries, k, NPROBES);
    expect(together).toHaveLength(NPROBES.length);
    for (const [place, nprobe] of NPROBES.entries()) {
      const alone = await index.search(queries, k, { nprobe });
      expect(rowsOf(together[place]!)).toEqual(rowsOf(alone));
    }
    // A wider search finds more, or the test could not fail.
    expect(together[0]!.labels).not.toEqual(together.at(-1)!.labels);
  });

  it('pad where a narrow search finds fewer, and keep the stored width', async () => {
    const index = await filled('IVF200,Flat');
    index.setParameter('nprobe', 3);
    const [narrow, wide] = await index.searchWidths(randomMatrix(50, COLUMNS), 40, [1, 150]);
    expect(narrow!.labels).toContain(-1);
    expect(wide!.labels).not.toContain(-1);
    expect(index.describe().nprobe).toBe(3);
  });

  it.each([{ nprobes: [] }, { nprobes: [0, 3] }, { nprobes: [3, 3] }, { nprobes: [5, 2] }, { nprobes: [1.5] }])(
    'refuse widths that do not ascend from 1: $nprobes',
    async ({ nprobes }) => {
      const index = await filled('IVF4,Flat');
      expect(await codeOf(() => index.searchWidths(randomMatrix(2, COLUMNS), 3, nprobes))).toBe('ARGUMENT');
    },
  );
});
