import { h, type VNodeChild } from 'vue';
import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { assertNever } from '@shared/domain/assertNever';
import { isBrokenAtSpace } from '@/words/together';

/** What the page makes of the two things in a text that lead elsewhere. */
export interface Hooks {
  readonly link: (href: string, children: VNodeChild[]) => VNodeChild;
  /** `alt` says what the picture answers. */
  readonly picture: (source: string, alt: string) => VNodeChild;
}

/** A Markdown text: its first heading, and everything after it. */
export interface Text {
  readonly title: string;
  readonly body: readonly Token[];
}

/** Begins a block of its own, or ends one. */
const BLOCK = /^\s*(?:$|#|\||>|<|```|[-+*] |\d+\. )/;
/** What stands around words: emphasis, and where a link leads. */
const MARKS = /\]\([^)]*\)|[*_`[\]]/g;

/**
 * A text whose paragraphs are broken only where there is a space: files are broken into lines for whoever writes them, and not
 * every writing has one there.
 */
function unbroken(markdown: string): string {
  let isCode = false;
  const lines: string[] = [];
  for (const line of markdown.split('\n')) {
    const before = lines.at(-1) ?? '';
    const isInside = !isCode && !BLOCK.test(line) && !/^\s*(?:$|#|\||```)/.test(before);
    const [last, next] = [before.replaceAll(MARKS, '').at(-1) ?? '', line.replaceAll(MARKS, '').trimStart()];
    if (isInside && !isBrokenAtSpace(last, next)) lines.push(`${lines.pop() ?? ''}${line.trimStart()}`);
    else lines.push(line);
    if (line.startsWith('```')) isCode = !isCode;
  }
  return lines.join('\n');
}

export function parse(markdown: string): Text {
  const tokens = lexer(unbroken(markdown));
  const first = tokens.findIndex((token) => isHeading(token) && token.depth === 1);
  const heading = tokens[first];
  return heading !== undefined && isHeading(heading)
    ? { title: plainText(heading.tokens), body: tokens.filter((_, place) => place !== first) }
    : { title: '', body: tokens };
}

/** The targets of all links, in their order. */
export function linksOf(tokens: readonly Token[]): Tokens.Link[] {
  return everyToken(tokens).filter((token): token is Tokens.Link => token.type === 'link');
}

/** The targets of all pictures, in their order. */
export function picturesOf(tokens: readonly Token[]): Tokens.Image[] {
  return everyToken(tokens).filter((token): token is Tokens.Image => token.type === 'image');
}

/** Every token, outer ones before the ones they hold. */
function everyToken(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => [token, ...everyToken(childrenOf(token as MarkedToken))]);
}

function childrenOf(token: MarkedToken): readonly Token[] {
  if (token.type === 'list') return token.items;
  if (token.type === 'table') return [...token.header, ...token.rows.flat()].flatMap(({ tokens }) => tokens);
  return 'tokens' in token ? (token.tokens ?? []) : [];
}

/**
 * Elements for a text. Nothing is ever read as HTML: what looks like a tag is shown as it is written. Headings come one
 * level lower, since the page has a title of its own.
 */
export function render(tokens: readonly Token[], hooks: Hooks): VNodeChild[] {
  // Without extensions the lexer yields no other tokens than its own.
  return tokens.map((token) => element(token as MarkedToken, hooks)).filter((node) => node !== null);
}

function element(token: MarkedToken, hooks: Hooks): VNodeChild {
  const inside = (tokens: readonly Token[] | undefined): VNodeChild[] => render(tokens ?? [], hooks);
  switch (token.type) {
    case 'heading':
      return h(`h${Math.min(6, token.depth + 1)}`, inside(token.tokens));
    case 'paragraph':
      return paragraph(token, hooks);
    case 'list':
      return h(token.ordered ? 'ol' : 'ul', token.ordered ? { start: token.start } : null, inside(token.items));
    case 'list_item':
      return h('li', inside(token.tokens));
    case 'table':
      return table(token, hooks);
    case 'blockquote':
      return h('blockquote', inside(token.tokens));
    case 'code':
      return h('pre', { tabindex: 0 }, h('code', token.text));
    case 'codespan':
      return h('code', token.text);
    case 'strong':
    case 'em':
    case 'del':
      return h(token.type, inside(token.tokens));
    case 'link':
      return hooks.link(token.href, inside(token.tokens));
    case 'image':
      return hooks.picture(token.href, token.text);
    case 'text':
      return token.tokens === undefined ? token.text : inside(token.tokens);
    case 'escape':
      return token.text;
    case 'html':
      return token.raw;
    case 'br':
    case 'hr':
      return h(token.type);
    case 'checkbox':
      return token.checked ? '☑ ' : '☐ ';
    case 'def':
    case 'space':
      return null;
    default:
      return assertNever(token);
  }
}

/** A place that can be led to, as it stands in the text: nothing else of HTML is read. */
const ANCHOR = /^<a id="([a-z-]+)"><\/a>$/;

const anchorOf = (raw: string): string | null => ANCHOR.exec(raw.trim())?.[1] ?? null;

/** The element that an anchor is drawn as. */
export const partId = (anchor: string): string => `part-${anchor}`;

/** The places in a text that can be led to, each with the heading that follows it. */
export function partsOf({ body }: Text): readonly { readonly anchor: string; readonly title: string }[] {
  const told = body.filter(({ type }) => type !== 'space');
  return told.flatMap((token, place) => {
    const [anchor, heading] = [anchorOf(token.raw), told[place + 1]];
    return anchor !== null && heading !== undefined && isHeading(heading)
      ? [{ anchor, title: plainText(heading.tokens) }]
      : [];
  });
}

/** A picture alone in its paragraph stands by itself. */
function paragraph({ raw, tokens }: Tokens.Paragraph, hooks: Hooks): VNodeChild {
  const anchor = anchorOf(raw);
  if (anchor !== null) return h('span', { id: partId(anchor), class: 'part' });
  const [only, ...others] = tokens;
  return only?.type === 'image' && others.length === 0 ? render(tokens, hooks) : h('p', render(tokens, hooks));
}

function table({ header, rows, align }: Tokens.Table, hooks: Hooks): VNodeChild {
  const cell = (tag: 'th' | 'td', { tokens }: Tokens.TableCell, place: number): VNodeChild => {
    const side = align[place];
    return h(
      tag,
      { ...(tag === 'th' ? { scope: 'col' } : {}), ...(side ? { style: { textAlign: side } } : {}) },
      render(tokens, hooks),
    );
  };
  return h('div', { class: 'table', tabindex: 0 }, [
    h('table', [
      h(
        'thead',
        h(
          'tr',
          header.map((head, place) => cell('th', head, place)),
        ),
      ),
      h(
        'tbody',
        rows.map((row) =>
          h(
            'tr',
            row.map((data, place) => cell('td', data, place)),
          ),
        ),
      ),
    ]),
  ]);
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading';
}

function plainText(tokens: readonly Token[]): string {
  return everyToken(tokens)
    .filter((token) => childrenOf(token as MarkedToken).length === 0)
    .map((token) => ('text' in token ? String(token.text) : ''))
    .join('');
}

/** The lesson that a link leads to; null for every other link. */
export function lessonOf(href: string): string | null {
  return /^([a-z-]+)\.md$/.exec(href)?.[1] ?? null;
}
