import type { BuiltFile } from '../fixtures/fields';
import { IndexWriter, ivfFlatIndex, otherIndexes } from '../fixtures/hostileIndexes';

/** Indexes behind so many others that change nothing. */
function nested(depth: number): BuiltFile {
  const writer = new IndexWriter();
  for (let level = 0; level < depth; level++) writer.header(`${level} `, 'IxPT', 4, 3).i32(`${level} transforms`, 0);
  return writer.flat('', 4, 3).build();
}

/** An index of no vectors that says it is of this type. */
const ofType = (fourcc: string): BuiltFile => new IndexWriter().header('', fourcc, 4, 0).u64('rest', 0).build();

/** What the lists hold beside what the header says. */
const counted = (ntotal: bigint): BuiltFile => ivfFlatIndex({ ntotal });

/** Indexes by what they are; those with fields are also cut and changed. */
export function indexSpecimens(): Readonly<Record<string, BuiltFile>> {
  const plain = ({ bytes }: BuiltFile): BuiltFile => ({ bytes, fields: [] });
  const types = ['IwFL', 'iwfl', 'IxF3', 'IBxF', 'IBwF', 'IVrf', 'Iwrq', 'IxLa', 'I\0\0\0', '\xff\xff\xff\xff', 'null'];
  return {
    IndexIVFFlat: ivfFlatIndex(),
    'IndexIVFFlat, sparse': ivfFlatIndex({ form: 'sprs' }),
    ...otherIndexes(),
    ...Object.fromEntries(
      [0, 1, 4, 5, 100, 5_000].map((depth) => [`${depth} indexes around one`, plain(nested(depth))]),
    ),
    ...Object.fromEntries(types.map((type) => [`type ${JSON.stringify(type)}`, plain(ofType(type))])),
    ...Object.fromEntries(
      [0n, 5n, 7n, -1n, 1n << 31n, 1n << 33n, 1n << 40n, 1n << 62n].map((ntotal) => [
        `${ntotal} vectors, it says`,
        plain(counted(ntotal)),
      ]),
    ),
    'no vectors': plain(ivfFlatIndex({ sizes: [0, 0] })),
    'ids that come twice': plain(ivfFlatIndex({ id: (n) => BigInt(n % 2) })),
    'ids beyond all rows': plain(ivfFlatIndex({ id: (n) => (1n << 40n) + BigInt(n) })),
    'ids below zero': plain(ivfFlatIndex({ id: (n) => -1n - BigInt(n) })),
    'vectors that are no numbers': plain(ivfFlatIndex({ component: () => Number.NaN })),
    'vectors without end': plain(ivfFlatIndex({ component: () => Infinity })),
    'vectors too small for a normal number': plain(ivfFlatIndex({ component: () => 1e-40 })),
    'vectors that are all the same': plain(ivfFlatIndex({ component: () => 1 })),
    'zeros where the rest never arrived': plain(ivfFlatIndex({ id: () => 0n })),
    'another measure': plain(ivfFlatIndex({ metric: 0 })),
  };
}
