import { folded } from '@shared/domain/voice/naming';

/** Something that can be found, with its words folded once for all searches. */
export interface Findable {
  readonly folded: string;
}

export interface Found<T> {
  /** The closest first, at most as many as asked for. */
  readonly shown: readonly T[];
  /** How many there are beyond. */
  readonly more: number;
  /** How close the closest is: 0 begins like this, 1 has a word that does, 2 has it somewhere. */
  readonly rank: number;
}

const NOTHING = 3;

/** How close a folded text is to the words that are searched for. */
function rankOf(text: string, words: readonly string[]): number {
  let rank = 0;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at === -1) return NOTHING;
    if (at > 0) rank = Math.max(rank, /[\p{L}\p{N}]/u.test(text[at - 1] ?? '') ? 2 : 1);
  }
  return rank;
}

/** What has all words of a query in it. Without a query, the first ones in their own order. */
export function search<T extends Findable>(items: readonly T[], query: string, most: number): Found<T> {
  const words = folded(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return { shown: items.slice(0, most), more: Math.max(0, items.length - most), rank: 0 };
  const ranks: T[][] = [[], [], []];
  let count = 0;
  for (const item of items) {
    const ranked = ranks[rankOf(item.folded, words)];
    if (ranked === undefined) continue;
    count += 1;
    if (ranked.length < most) ranked.push(item);
  }
  const shown = ranks.flat().slice(0, most);
  const rank = ranks.findIndex(({ length }) => length > 0);
  return { shown, more: count - shown.length, rank: rank === -1 ? NOTHING : rank };
}
