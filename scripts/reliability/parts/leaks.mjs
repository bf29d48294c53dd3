import { vitest } from '../vitest.mjs';

const ROUNDS = 4_000;

/** @type {import('../part.mjs').Part} */
export const leaks = {
  name: 'leaks',
  title: 'Leaks',
  async run({ report }) {
    return report.step(`${ROUNDS} rounds of opening and closing`, () =>
      vitest(['--project', 'native', 'test/native/leak.test.ts'], { LEAK_ROUNDS: String(ROUNDS) }),
    );
  },
  page: ({ failed, figures }) =>
    `${ROUNDS.toLocaleString('en')} rounds of opening, searching, copying, failing and closing: resident memory went from ${Math.round(figures?.warm ?? 0)} to ${Math.round(figures?.half ?? 0)} MB in the
first half, and to ${Math.round(figures?.end ?? 0)} MB in the second: ${failed === 0 ? 'the allocator keeps what it needs again, and nothing leaks.' : 'it leaks.'}
`,
};
