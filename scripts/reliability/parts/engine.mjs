import { vitest } from '../vitest.mjs';

/** They hold figures of memory and time that sanitizers change, or look for the binary themselves. */
const NOT_HERE = ['leak', 'loader', 'matrix', 'scratch', 'cancel', 'corrupt'].flatMap((name) => [
  '--exclude',
  `test/native/${name}.test.ts`,
]);

/** Ending a process in the middle of work takes minutes with them. */
const BUT = ['-t', '^(?!.*may exit, or end a worker thread)'];

/** @type {import('../part.mjs').Part} */
export const engine = {
  name: 'engine',
  title: 'The engine under sanitizers',
  async run({ report, sanitized }) {
    const { env } = await sanitized();
    return report.step('Tests of the engine, with sanitizers', () =>
      vitest(['--project', 'native', ...NOT_HERE, ...BUT], env),
    );
  },
  page: ({ passed, failed }) =>
    `The engine's own tests (\`test/native\`, but for those that hold memory or time to figures) with sanitizers for addresses and
undefined behavior: ${passed.toLocaleString('en')} passed, ${failed} failed.
`,
};
