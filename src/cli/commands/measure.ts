import { Nprobe } from '@shared/contract/build';
import { MOST_NPROBES } from '@shared/jobs/measure';
import { defineCommand } from '../command';
import { numbers, onePosition, usage } from '../option';
import { ASKING } from '../options';
import { measurementJson, measurementText } from './measurement';

export const measure = defineCommand({
  position: '<index>',
  summary: 'say how good an index is, in figures',
  about: `Says how good an index is: which share of the true neighbors it finds, how often one is missing, what a search
costs, and how many groups are worth searching.`,
  usage: '<index> [options]',
  options: {
    ...ASKING,
    nprobe: numbers('1,2,4', 'values to measure (default: 1, 2, 4, … 64 and the stored one)', Nprobe),
  },
  note: '  Without features or queries, stored vectors ask, and the index is held against itself.',
  read: (words) => {
    const { features, queries, most, seed, nprobe } = words.values;
    const index = onePosition(words, 'measure', 'index');
    const nprobes = [...(nprobe ?? [])];
    if (nprobes.length > MOST_NPROBES) throw usage(`--nprobe takes at most ${MOST_NPROBES} values.`);
    return { kind: 'measure', index, features, queries, most, seed, nprobes, traces: null } as const;
  },
  run: async (request, { run }) => {
    const value = await run(request);
    return { text: measurementText(value), json: measurementJson(value) };
  },
});
