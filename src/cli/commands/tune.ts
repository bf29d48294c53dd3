import type { ResultOf } from '@shared/jobs';
import { defineCommand } from '../command';
import { onePosition } from '../option';
import { LIMITS, limitsOf, seed } from '../options';
import { count, duration, megabytes, paragraph, percent, table } from '../words';

export const tune = defineCommand({
  position: '<folder>',
  summary: 'try several ways to build it and say which is best',
  about: 'Tries several ways to build an index on a part of the voice, and says which is best within the limits.',
  usage: '<folder> [options]',
  options: { ...LIMITS, seed: seed('chooses the part and the frames that ask') },
  read: (words) =>
    ({
      kind: 'tune',
      folder: onePosition(words, 'tune', 'folder'),
      budgetSeconds: words.values.budget,
      options: null,
      limits: limitsOf(words),
      seed: words.values.seed,
    }) as const,
  run: async (request, { run }) => {
    const value = await run(request);
    return { text: tuneText(value), json: value };
  },
});

function tuneText({ candidates, proposal, sample, untried, seconds }: ResultOf<'tune'>): string {
  const best = candidates.find(({ id }) => id === proposal);
  const rows = candidates.map(({ id, quality, bytes, msPerSecond, frontier, fits }): [string, string] => [
    `${id === proposal ? '> ' : '  '}${id}`,
    [
      percent(quality.value).padEnd(10),
      megabytes(bytes).padEnd(12),
      `${msPerSecond.toFixed(1)} ms`.padEnd(10),
      fits ? (frontier ? '' : 'another is better in all') : 'breaks a limit',
    ].join(''),
  ]);
  return paragraph([
    best === undefined ? 'None keeps every limit.' : `Best: ${best.id} (${best.factory}).`,
    `${candidates.length} ways tried on ${count(sample.frames)} of ${count(sample.of)} frames in ${duration(seconds)}${untried === 0 ? '' : `, ${untried} not for lack of time`}.`,
    '',
    ...table([['  way', 'same        size        search per second of audio'], ...rows]),
  ]);
}
