/** What the glossary explains: docs/guide/glossary.md has a part of this name in every language. */
export const TERMS = [
  'moment',
  'group',
  'searched',
  'neighbor',
  'right',
  'closeness',
  'same',
  'step',
  'missing',
  'dropped',
  'kept-apart',
  'interval',
  'cost',
  'size',
  'imbalance',
  'share',
  'reference',
  'dimension',
  'estimate',
  'ratio',
] as const;
export type Term = (typeof TERMS)[number];

export interface Explanation {
  readonly name: string;
  readonly text: string;
}

/** The parts of a glossary: an anchor, a heading, one paragraph. */
export function explanationsIn(markdown: string): ReadonlyMap<string, Explanation> {
  const parts = markdown.matchAll(/<a id="([\w-]+)"><\/a>\n+## (.+)\n+((?:.+\n?)+)/g);
  return new Map(
    [...parts].map(([, id, name, text]) => [
      id ?? '',
      { name: name ?? '', text: (text ?? '').trim().replaceAll('\n', ' ') },
    ]),
  );
}
