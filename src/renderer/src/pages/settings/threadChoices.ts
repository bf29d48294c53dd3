/**
 * How many threads there are to choose from: what each halving of all leaves, the most first, and what is chosen already,
 * on this computer or on a larger one.
 */
export function threadChoices(processors: number, chosen: number | null): readonly number[] {
  const halves: number[] = [];
  for (let threads = Math.floor(processors / 2); threads >= 1; threads = Math.floor(threads / 2)) halves.push(threads);
  // One less than all is enough for the rest of the computer to stay at hand.
  const all = new Set([processors - 1, ...halves, ...(chosen === null ? [] : [chosen])]);
  return [...all].filter((threads) => threads >= 1).sort((a, b) => b - a);
}
