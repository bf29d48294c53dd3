import { MOST_QUERIES } from '@shared/domain/measures/holdOut';
import { Nprobe } from '@shared/contract/build';
import { defineCommand, type Workshop } from '../command';
import { needed, numberOf, onePosition, path, refuseUnused, text } from '../option';
import { seed } from '../options';
import { paragraph } from '../words';

/** A repair whose nprobe may still have to be found: null leaves it to a measurement, by these features. */
interface Task {
  readonly index: string;
  readonly nprobe: number | null;
  readonly features: string | null;
  readonly out: string | null;
  readonly seed: number;
}

export const repair = defineCommand({
  position: '<index>',
  summary: 'store another number of groups to search',
  about: 'Stores another number of groups to search. The index is not trained again; the original is kept as a backup.',
  usage: '<index> --nprobe N|auto [options]',
  options: {
    nprobe: text('N', 'the number, or "auto" for the one that a measurement suggests'),
    features: path('DIR', 'the features it was made from, for "auto"'),
    seed: seed('chooses the frames that ask, for "auto"'),
    out: path('FILE', 'write the mended index here and leave the original alone'),
  },
  read: (words): Task => {
    const { nprobe, features, out, seed: seedOf } = words.values;
    const index = onePosition(words, 'repair', 'index');
    const wanted = needed(nprobe, 'nprobe');
    if (wanted !== 'auto') refuseUnused(words, ['features', 'seed'], 'without --nprobe auto');
    return {
      index,
      nprobe: wanted === 'auto' ? null : numberOf(wanted, 'nprobe', Nprobe),
      features,
      out,
      seed: seedOf,
    };
  },
  run: async (task, workshop) => {
    const { index: path, out } = task;
    const nprobe = task.nprobe ?? (await suggestedNprobe(task, workshop));
    const value = await workshop.run({ kind: 'repair', index: path, change: { type: 'nprobe', nprobe }, out });
    const { index, backup, before, after } = value;
    return {
      text: paragraph([
        `A search now looks into ${after.nprobe ?? '?'} groups instead of ${before?.nprobe ?? '?'}.`,
        index,
        ...(backup === null ? [] : [`  the original is kept: ${backup}`]),
      ]),
      json: { index, backup, nprobe: { before: before?.nprobe ?? null, after: after.nprobe } },
    };
  },
});

async function suggestedNprobe({ index, features, seed: seedOf }: Task, { run }: Workshop): Promise<number> {
  const asking = { features, queries: null, seed: seedOf, most: MOST_QUERIES, nprobes: [], traces: null };
  const { suggestion } = await run({ kind: 'measure', index, ...asking });
  return suggestion.nprobe;
}
