import { CLI, ensureBuilt } from '../../build.mjs';
import { tryDisks } from '../disks.mjs';

/** @type {import('../part.mjs').Part} */
export const disks = {
  name: 'disks',
  title: 'Full and read-only disks',
  async run({ report }) {
    await ensureBuilt(CLI, report);
    const tried = await report.step('Commands that write, on disks that refuse', () => tryDisks());
    const faults = tried.flatMap((disk) => disk.faults);
    for (const fault of faults) report.note(fault);
    return { disks: tried, failed: faults.length };
  },
  page: ({ disks: tried, failed }) =>
    `Each command that writes, a hand-over among them, on disks that were mounted for it: each file is the old one or the whole new
one, nothing half-made is left, and what is refused is refused with a sentence.

| disk | commands | done | refused | faults |
| --- | --: | --: | --- | --: |
${tried.map(row).join('\n')}

Faults: ${failed}.
`,
};

/** @param {import('../disks.mjs').Disk} disk */
function row({ name, missing, tried, done, refused, faults }) {
  if (missing !== null) return `| ${name} | 0 | | not tried: ${missing} | |`;
  const codes = Object.entries(refused).map(([code, times]) => `${times} \`${code}\``);
  return `| ${name} | ${tried} | ${done} | ${codes.join(', ')} | ${faults.length} |`;
}
