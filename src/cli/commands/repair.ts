import { MOST_QUERIES } from '@shared/domain/measures/holdOut';
import { Nprobe } from '@shared/contract/build';
import type { RepairChange } from '@shared/jobs/repair';
import { defineCommand, type Workshop } from '../command';
import { needed, numberOf, onePosition, path, refuseUnused, text } from '../option';
import { seed } from '../options';
import { paragraph } from '../words';

/** A repair whose nprobe may still have to be found: null leaves it to a measurement, by these features. */
interface Task {
  readonly index: string;
  /** What an earlier repair has left beside the index, to take it back. */
  readonly undo: string | null;
  readonly nprobe: number | null;
  readonly features: string | null;
  readonly out: string | null;
  readonly seed: number;
}

export const repair = defineCommand({
  position: '<index>',
  summary: 'store another number of groups to search',
  about:
    'Stores another number of groups to search, without training. A note beside the index keeps the old one for --undo.',
  usage: '<index> --nprobe N|auto|--undo FILE [options]',
  options: {
    nprobe: text('N', 'the number, or "auto" for the one that a measurement suggests'),
    features: path('DIR', 'the features it was made from, for "auto"'),
    seed: seed('chooses the frames that ask, for "auto"'),
    out: path('FILE', 'write the mended index here and leave the original alone'),
    undo: path('FILE', 'take a repair back: the note, or the backup, that it left beside the index'),
  },
  read: (words): Task => {
    const { nprobe, features, out, seed: seedOf, undo } = words.values;
    const index = onePosition(words, 'repair', 'index');
    if (undo !== null) {
      refuseUnused(words, ['nprobe', 'features', 'seed', 'out'], 'with --undo');
      return { index, undo, nprobe: null, features: null, out: null, seed: seedOf };
    }
    const wanted = needed(nprobe, 'nprobe');
    if (wanted !== 'auto') refuseUnused(words, ['features', 'seed'], 'without --nprobe auto');
    return {
      index,
      undo,
      nprobe: wanted === 'auto' ? null : numberOf(wanted, 'nprobe', Nprobe),
      features,
      out,
      seed: seedOf,
    };
  },
  run: async (task, workshop) => {
    const { index: path, out, undo } = task;
    const change: RepairChange =
      undo === null
        ? { type: 'nprobe', nprobe: task.nprobe ?? (await suggestedNprobe(task, workshop)) }
        : { type: 'undo', backup: undo };
    const value = await workshop.run({ kind: 'repair', index: path, change, out });
    const { index, backup, before, after } = value;
    return {
      text: paragraph([
        `A search now looks into ${after.nprobe ?? '?'} groups instead of ${before?.nprobe ?? '?'}.`,
        index,
        ...(backup === null ? [] : [`  to take it back: --undo ${backup}`]),
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
