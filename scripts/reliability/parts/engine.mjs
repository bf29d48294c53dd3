import { buildSanitized } from '../sanitized.mjs';
import { vitest } from '../vitest.mjs';

/** Those that hold memory or time to figures would not; those that compute references would take hours. */
const FILES = ['accepted', 'errors', 'guards', 'index', 'upstream'].map((name) => `test/native/${name}.test.ts`);

/** Ending a process in the middle of work takes minutes with them. */
const BUT = ['-t', '^(?!.*may exit, or end a worker thread)'];

/** @type {import('../part.mjs').Part} */
export const engine = {
  name: 'engine',
  title: 'The engine under sanitizers',
  async run({ report }) {
    const env = await buildSanitized(report);
    return report.step('Tests of the engine, with sanitizers', () =>
      vitest(['--project', 'native', ...FILES, ...BUT], env),
    );
  },
  page: ({ passed, failed }) =>
    `What the engine's tests (\`test/native\`) say of refusing, failing, cancelling, closing, opening and searching, with sanitizers for
addresses and undefined behavior: ${passed.toLocaleString('en')} passed, ${failed} failed.
`,
};
