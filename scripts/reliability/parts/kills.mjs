import { CLI, ensureBuilt } from '../../build.mjs';
import { killAtRandom } from '../kills.mjs';

const LEAST_ROUNDS = 40;

/** @type {import('../part.mjs').Part} */
export const kills = {
  name: 'kills',
  title: 'Killed while writing',
  async run({ report, seconds }) {
    await ensureBuilt(CLI, report);
    const rounds = Math.max(LEAST_ROUNDS, Math.round(seconds / 60));
    const commands = await report.step(`Commands that write, killed ${rounds} times each`, () =>
      killAtRandom({ rounds }),
    );
    return { commands, failed: Object.values(commands).reduce((sum, { faults }) => sum + faults.length, 0) };
  },
  page: ({ commands, failed }) =>
    `Each command that writes is killed with its worker at a random moment; every file is then the old one or the whole new one, to
the bit, and the command can be given again.

| command | kills | faults |
| --- | --: | --: |
${Object.entries(commands)
  .map(([name, result]) => `| ${name} | ${result.kills} | ${result.faults.length} |`)
  .join('\n')}

Faults: ${failed}.
`,
};
