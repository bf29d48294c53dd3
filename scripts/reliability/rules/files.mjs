const HOSTILE = /** @type {const} */ (['test/unit/hostile.test.ts', '%s: each is answered as written down']);
const CONTAINER = 'test/unit/shared/formats/faiss/container.test.ts';
const IDS = 'test/unit/shared/formats/faiss/checkIds.test.ts';
const OPENING = 'test/unit/worker/openIndex.test.ts';
const CORRUPT = 'test/native/corrupt.test.ts';
const NPY = 'test/unit/shared/formats/npy.test.ts';
const FEATURES = 'test/unit/worker/features/features.test.ts';

/** @type {readonly import('../rules.mjs').Rule[]} */
export const FILE_RULES = [
  {
    id: 'F1',
    text: 'The engine sees an index only after every field that it follows was bounded; what is not walked is not opened',
    tests: [
      HOSTILE,
      [CONTAINER, 'F1: is incomplete when cut after any byte'],
      [OPENING, 'refuses %s before the engine sees it'],
    ],
  },
  {
    id: 'F2',
    text: 'Sizes that lie end in an error, without allocating what they announce',
    tests: [[CORRUPT, 'F2, F6: IVF: CORRUPT for each field, without allocating what it announces'], HOSTILE],
  },
  {
    id: 'F3',
    text: 'The number of vectors is that of the lists',
    tests: [[CONTAINER, 'F3: may lie about its size only if every count agrees'], HOSTILE],
  },
  {
    id: 'F4',
    text: 'Vectors that are no numbers, and ids that are no rows, are counted and said',
    tests: [
      [IDS, 'F4: with a NaN or an infinity are counted and left out of the mean'],
      [IDS, 'given by hand to FAISS are seen'],
    ],
  },
  {
    id: 'F5',
    text: 'What does not fit into memory is refused before it is loaded',
    tests: [[OPENING, 'F5: refuses what is larger than all memory before the engine sees it']],
    note: 'Held against all memory, not against what is free: systems count that differently.',
  },
  {
    id: 'F6',
    text: 'Reading has a limit on what it allocates',
    tests: [[CORRUPT, 'F2, F6: IVF: CORRUPT for each field, without allocating what it announces']],
    note: 'The engine sets its own; FAISS has limits from 1.14.2 on, and 1.7.3 is used.',
  },
  {
    id: 'F7',
    text: 'Files of other kinds are named',
    tests: [['test/unit/shared/formats/lookAlike.test.ts', 'F7: %s is named %s in a sentence'], HOSTILE],
  },
  {
    id: 'F8',
    text: 'A crash of the engine ends its job and nothing else',
    tests: [
      [
        'test/e2e/crash.test.ts',
        'F8: work that dies is told in words, leaves nothing half-made, and can be done again',
      ],
    ],
  },
  {
    id: 'F9',
    text: 'What is accepted is loaded, searched and given back without a fault, whatever was damaged',
    tests: [
      [
        'test/fuzz/readers.test.ts',
        'F9: whatever is damaged, a reader answers with a value or an error of its own, soon',
      ],
      ['test/native/accepted.test.ts', 'F9: what the gate accepts, the engine survives'],
      ['test/fuzz/gate.test.ts', 'F9: what the gate accepts, the engine uses, whatever is damaged'],
    ],
  },
  {
    id: 'N1',
    text: 'Magic, version and length of a header',
    tests: [[NPY, 'N1: is incomplete after any byte'], HOSTILE],
  },
  {
    id: 'N2',
    text: 'A header is read by a grammar, never run',
    tests: [[NPY, 'N2: never give anything but a typed error for a header made of its own words'], HOSTILE],
  },
  {
    id: 'N3',
    text: 'Real numbers of any width and order are read, Python objects and the rest refused',
    tests: [
      [FEATURES, 'N3: takes every number type and order that can be read'],
      [FEATURES, 'N5: leaves out %s, with its code'],
    ],
  },
  {
    id: 'N4',
    text: 'Column order is never misread',
    tests: [
      [NPY, 'N4: may be column by column'],
      ['test/native/matrix.test.ts', 'reads ${type} in ${order} order from a path of any name'],
    ],
  },
  {
    id: 'N5',
    text: 'Shape, columns and length of the file agree',
    tests: [HOSTILE, [FEATURES, 'N5: leaves out %s, with its code']],
  },
  {
    id: 'N6',
    text: 'Frames that are no numbers are left out, counted and named by file',
    tests: [
      [
        'test/unit/worker/jobs/train.test.ts',
        'N6: leaves out frames that are no numbers and files that are no features, and says so by name',
      ],
    ],
  },
  {
    id: 'N7',
    text: 'A file that changes while it is read is noticed',
    tests: [
      [
        'test/unit/worker/files/randomAccess.test.ts',
        'N7: says that a file was written to meanwhile, but for one that grows by its nature',
      ],
    ],
  },
  {
    id: 'N8',
    text: 'Many files, links in circles, folders and pipes named like files',
    tests: [
      [FEATURES, 'N8: holds 10,000 files'],
      [FEATURES, 'leaves out a folder named like a file, a link in a circle and a broken link'],
      ['test/unit/worker/jobs/scan.test.ts', 'waits for no %s under a name that it reads'],
    ],
  },
];
