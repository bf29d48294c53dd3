import { vitest } from '../vitest.mjs';

/** @type {import('../part.mjs').Part} */
export const readers = {
  name: 'readers',
  title: 'Damaged files and the readers',
  async run({ report, seconds, seed }) {
    const share = Math.round(seconds / 3);
    const env = { FUZZ_SECONDS: String(share), FUZZ_SEED: String(seed) };
    return report.step(`Readers, for ${share} s`, () =>
      vitest(['--project', 'fuzz', 'test/fuzz/readers.test.ts'], env),
    );
  },
  page: ({ figures }) =>
    `Files of features, recordings and models are damaged at random, and further where a reader refuses them in a new way. Each is
given to every reader, which must answer with a value or an error of its own within two seconds.

${figures.seconds} s, seed ${figures.seed}: ${figures.tried.toLocaleString('en')} files tried, ${figures.kept.toLocaleString('en')} of them new in kind, ${figures.findings} faults.
`,
};
