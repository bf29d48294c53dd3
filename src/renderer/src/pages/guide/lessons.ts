import { FALLBACK, type Locale } from '@shared/contract/languages';
import { lessonOf, linksOf, parse, type Text } from './markdown';

/** The guide is docs/guide, as it is: README.md is its table of contents, every other file a lesson. */
const FILES: Readonly<Record<string, string>> = import.meta.glob('../../../../../docs/guide/**/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const folderOf = (locale: Locale): string => (locale === FALLBACK ? 'guide/' : `guide/${locale}/`);

export interface Lesson {
  /** Its file's name without the ending, the same in every language. */
  readonly id: string;
  readonly title: string;
}

export interface Part {
  readonly title: string;
  readonly lessons: readonly Lesson[];
}

/** The parts of the guide: what the lists below the headings of README.md link to. */
export function contentsOf({ body }: Text): Part[] {
  const parts: { title: string; lessons: Lesson[] }[] = [];
  for (const token of body) {
    if (token.type === 'heading') parts.push({ title: String(token.text), lessons: [] });
    if (token.type !== 'list') continue;
    for (const { href, text } of linksOf([token])) {
      const id = lessonOf(href);
      if (id !== null) parts.at(-1)?.lessons.push({ id, title: text });
    }
  }
  return parts.filter(({ lessons }) => lessons.length > 0);
}

/** A text of the guide; undefined when there is none of that name. */
export function textOf(locale: Locale, name: string): Text | undefined {
  const path = Object.keys(FILES).find((file) => file.endsWith(`docs/${folderOf(locale)}${name}.md`));
  const markdown = path === undefined ? undefined : FILES[path];
  return markdown === undefined ? undefined : parse(markdown);
}

export function contents(locale: Locale): Part[] {
  const readme = textOf(locale, 'README');
  return readme === undefined ? [] : contentsOf(readme);
}
