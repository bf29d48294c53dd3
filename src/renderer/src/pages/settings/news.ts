import type { Locale } from '@shared/contract/languages';
import type { Token } from 'marked';
import { parse, type Text } from '@/pages/guide/markdown';

/** The changelog, and its translations where somebody wrote one. */
const FILES: Readonly<Record<string, string>> = import.meta.glob('../../../../../CHANGELOG*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export type News = readonly Token[];

/**
 * What is new in a version, in the person's language where that is written; null where nothing is. A package that is a trial of
 * a version, `1.2.3-not-for-release`, has the news of that.
 */
export function newsIn(locale: Locale, version: string): News | null {
  const find = (name: string): News | null => {
    const path = Object.keys(FILES).find((file) => file.endsWith(`/${name}`));
    if (path === undefined) return null;
    const text = parse(FILES[path] ?? '');
    return partOf(text, version) ?? partOf(text, version.replace(/-.*$/, ''));
  };
  return find(`CHANGELOG.${locale}.md`) ?? find('CHANGELOG.md');
}

/** The part of a changelog below the heading of a version, `## 1.2.3` or `## [1.2.3] - 2026-11-29`. */
export function partOf({ body }: Text, version: string): News | null {
  const isVersion = (token: Token | undefined): boolean => token?.type === 'heading' && token['depth'] === 2;
  const start = body.findIndex((token) => isVersion(token) && versionOf(token) === version);
  if (start === -1) return null;
  const length = body.slice(start + 1).findIndex(isVersion);
  const end = length === -1 ? body.length : start + 1 + length;
  return body.slice(start + 1, end);
}

function versionOf(heading: Token): string | undefined {
  return /^## \[?([\w.-]+)/.exec(heading.raw)?.[1];
}
