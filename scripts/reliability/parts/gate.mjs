import { buildTrial } from '../sanitized.mjs';
import { vitest } from '../vitest.mjs';

const WHOLE = 'FAISS itself is built with them, too';

/** @type {Readonly<Record<import('../sanitized.mjs').Depth, string>>} */
const SEEN = {
  whole: WHOLE,
  reading: 'what reads files, lists and graphs in FAISS is built with them, too; its codecs are those of the system',
  none: 'FAISS itself is the one of the system',
};

/** @type {import('../part.mjs').Part} */
export const gate = {
  name: 'gate',
  title: 'The gate and the engine behind it',
  async run({ report, seconds, seed }) {
    const { trial, faiss } = await buildTrial(report);
    const share = Math.round((2 * seconds) / 3);
    const env = { FUZZ_SECONDS: String(share), FUZZ_SEED: String(seed), FUZZ_TRIAL: trial };
    const ran = await report.step(`Gate and engine, for ${share} s`, () =>
      vitest(['--project', 'fuzz', 'test/fuzz/gate.test.ts'], env),
    );
    return { ...ran, faiss };
  },
  page: ({ figures, faiss }) =>
    `Indexes are damaged at random. What the gate (\`src/worker/openIndex.ts\`) accepts, the engine opens, searches, assigns and gives
back, in a process with sanitizers for addresses and undefined behavior (${SEEN[faiss]}), at most 512 MB an
allocation and 10 s an index. Indexes that take the engine's code where none took it are damaged further.

${figures.seconds} s, seed ${figures.seed}: ${figures.tried.toLocaleString('en')} indexes tried, ${figures.accepted.toLocaleString('en')} accepted, ${figures.kept.toLocaleString('en')} of them new in kind, ${figures.findings} faults.
`,
  lesser: ({ faiss }, section) =>
    faiss === 'whole' || !section.includes(WHOLE)
      ? null
      : 'No fault. The page keeps what was found with sanitizers in FAISS itself: FAISS_SOURCE names the folder of its source.',
};
