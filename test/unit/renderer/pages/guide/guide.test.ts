// @vitest-environment happy-dom
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { h, render as mount, type VNodeChild } from 'vue';
import { FALLBACK, Locale } from '@shared/contract/languages';
import { useNavigation } from '@/stores/navigation';
import { contents, contentsOf, textOf } from '@/pages/guide/lessons';
import { type Hooks, lessonOf, linksOf, parse, partsOf, picturesOf, render, type Text } from '@/pages/guide/markdown';
import { DRAWN_PICTURES, isLive, LIVE_PICTURES, pictureOf } from '@/pages/guide/pictures';

const LOCALES = Locale.options;
const FOLDERS = Object.fromEntries(
  LOCALES.map((locale) => [locale, locale === FALLBACK ? 'docs/guide' : `docs/guide/${locale}`]),
) as Readonly<Record<Locale, string>>;

const filesOf = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.md'));
const lessons = filesOf(FOLDERS.en).filter((name) => name !== 'README.md');
const read = (locale: Locale, name: string): string => readFileSync(join(FOLDERS[locale], name), 'utf8');

/** As the page would, with links and pictures as their targets. */
const hooks: Hooks = {
  link: (href, children) => h('a', { href }, children),
  picture: (source, alt) => h('img', { src: source, alt }),
};

function html(markdown: string): string {
  const box = document.createElement('div');
  mount(h('div', render(parse(markdown).body, hooks)), box);
  return box.firstElementChild?.innerHTML ?? '';
}

describe('the guide', () => {
  it.each(LOCALES)('has no gap where a line was broken, in %s', (locale) => {
    const texts = filesOf(FOLDERS[locale]).map((name) => html(read(locale, name)).replaceAll(/<[^>]+>/g, ''));
    const wide = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}]';
    const gaps = texts.flatMap(
      (text) => text.match(new RegExp(`[。、！？：；，]\\n[^\\s]|${wide}\\n${wide}`, 'gu')) ?? [],
    );
    expect(gaps).toEqual([]);
  });

  it.each(LOCALES)('has the same files in %s', (locale) => {
    expect(lessons.length).toBeGreaterThan(10);
    expect(filesOf(FOLDERS[locale]).sort()).toEqual(filesOf(FOLDERS.en).sort());
  });

  it.each(LOCALES)('lists every lesson once, under its own title, in %s', (locale) => {
    const listed = contents(locale).flatMap((part) => part.lessons);
    expect(listed.map(({ id }) => `${id}.md`).sort()).toEqual([...lessons].sort());
    for (const { id, title } of listed) expect(textOf(locale, id)?.title, id).toBe(title);
  });

  it.each(LOCALES)('is in the same order in %s', (locale) => {
    const order = (of: Locale): string[][] => contents(of).map((part) => part.lessons.map(({ id }) => id));
    expect(order(locale)).toEqual(order('en'));
  });

  it('keeps its languages apart', () => {
    expect(textOf('en', 'groups')?.title).toBe('Groups');
    expect(textOf('ko', 'groups')?.title).toBe('그룹');
    expect(textOf('en', 'nothing')).toBeUndefined();
  });
});

describe.each(lessons)('%s', (name) => {
  const texts = Object.fromEntries(LOCALES.map((locale) => [locale, parse(read(locale, name))])) as Record<
    Locale,
    Text
  >;
  const shape = ({ body }: Text): unknown => ({
    headings: body.flatMap((token) => (token.type === 'heading' ? [Number(token.depth)] : [])),
    pictures: picturesOf(body).map(({ href }) => pictureOf(href)),
    links: linksOf(body).map(({ href }) => href),
    tables: body.filter(({ type }) => type === 'table').length,
  });

  it.each(LOCALES)('is built alike in %s', (locale) => {
    expect(shape(texts[locale])).toEqual(shape(texts.en));
    expect(texts[locale].title).not.toBe('');
  });

  it.each(LOCALES)('has a picture, and shows only pictures that the app knows, in %s', (locale) => {
    const pictures = picturesOf(texts[locale].body);
    // What is looked up is read, not looked at.
    expect(pictures.length > 0).toBe(!['glossary.md', 'troubleshooting.md'].includes(name));
    for (const { href, text } of pictures) {
      expect(pictureOf(href), href).not.toBeNull();
      // Each language shows its own.
      const place = join(FOLDERS[locale], href);
      expect(dirname(place)).toBe(join('docs/images/guide', locale === FALLBACK ? '' : locale));
      expect(existsSync(place), place).toBe(true);
      expect(text.trim()).not.toBe('');
    }
  });

  it.each(LOCALES)('links only to lessons, in %s', (locale) => {
    for (const { href } of linksOf(texts[locale].body)) expect(lessons, href).toContain(`${lessonOf(href)}.md`);
  });

  it.each(LOCALES)('speaks as the app does, in %s', (locale) => {
    expect(read(locale, name).replaceAll('![', '[')).not.toMatch(/!|\p{Extended_Pictographic}|\b[Ww]e\b|\bour\b/u);
  });

  it.each(LOCALES)('loses no text when it is drawn, in %s', (locale) => {
    const drawn = document.createElement('div');
    drawn.innerHTML = html(read(locale, name));
    for (const word of ['nprobe', 'IVF', 'RVC', 'k-means', 'RFlat']) {
      const count = (text: string): number => text.split(word).length - 1;
      const source = read(locale, name)
        .replace(/^# .*$/m, '')
        .replace(/!\[[^\]]*\]\([^)]*\)/g, '');
      expect(count(drawn.textContent), word).toBe(count(source));
    }
  });
});

describe('pictures', () => {
  const used = new Set(
    lessons.flatMap((name) => picturesOf(parse(read('en', name)).body).map(({ href }) => pictureOf(href))),
  );

  it('are all shown in some lesson', () => {
    expect([...used].sort()).toEqual([...LIVE_PICTURES, ...DRAWN_PICTURES].sort());
  });

  it('are known by their place', () => {
    expect(pictureOf('../images/guide/groups.webp')).toBe('groups');
    expect(pictureOf('../../images/guide/zh-CN/groups.webp')).toBe('groups');
    expect(pictureOf('../images/guide/nothing.webp')).toBeNull();
    expect(pictureOf('https://example.org/groups.webp')).toBeNull();
    expect(isLive('groups')).toBe(true);
    expect(isLive('pieces')).toBe(false);
  });
});

describe('other pages', () => {
  const root = 'src/renderer/src';
  const named = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.vue'))
    .flatMap((name) => [...readFileSync(join(root, name), 'utf8').matchAll(/\blesson(?:="|: ')([a-z-]+)["']/g)])
    .map(([, lesson]) => `${lesson}.md`);

  it('lead only to lessons that exist', () => {
    expect(named.filter((lesson) => !lessons.includes(lesson))).toEqual([]);
  });
});

describe('the table of contents', () => {
  it('takes the lists below headings, and no other links', () => {
    const text =
      '# Guide\n\n[ko](ko/README.md)\n\n## One\n\nSee [a](x.md).\n\n- [A](a.md)\n- [web](https://github.com)\n\n## Two\n';
    expect(contentsOf(parse(text))).toEqual([{ title: 'One', lessons: [{ id: 'a', title: 'A' }] }]);
  });
});

describe('the parts of a lesson', () => {
  it('are its anchors, each with the heading that follows', () => {
    const text = '# T\n\nText.\n\n<a id="one"></a>\n\n## First `x`\n\nMore.\n\n<a id="two"></a>\n\nNo heading.\n';
    expect(partsOf(parse(text))).toEqual([{ anchor: 'one', title: 'First x' }]);
    expect(partsOf(parse(read('en', 'groups.md')))).toEqual([]);
    expect(partsOf(parse(read('en', 'glossary.md'))).length).toBeGreaterThan(10);
  });
});

describe('drawing Markdown', () => {
  it('goes on without a space where a line of Chinese or Japanese was broken, and keeps what stands in lines', () => {
    expect(html('声を\n  **聴く**。\nRVCは\n速い。')).toBe('<p>声を<strong>聴く</strong>。RVCは速い。</p>');
    expect(html('声音，\n[判定](a.md)\n很好')).toBe('<p>声音，<a href="a.md">判定</a>很好</p>');
    expect(html('One\ntwo 세\n넷')).toBe('<p>One\ntwo 세\n넷</p>');
    expect(html('声：\n- あ\n- い')).toBe('<p>声：</p><ul><li>あ</li><li>い</li></ul>');
    expect(html('```\n声\n声\n```')).toContain('声\n声');
    expect(html('| 声 |\n| - |\n| 声 |\n')).toContain('<td>声</td>');
  });

  it('makes elements of what the lessons use', () => {
    expect(html('# T\n\n## Two\n\nA *b* **c** `d` [e](f.md).\n\n- x\n- y\n\n1. z\n')).toBe(
      '<h3>Two</h3><p>A <em>b</em> <strong>c</strong> <code>d</code> <a href="f.md">e</a>.</p>' +
        '<ul><li>x</li><li>y</li></ul><ol start="1"><li>z</li></ol>',
    );
    expect(html('![alt](a.png)')).toBe('<img src="a.png" alt="alt">');
    expect(html('| a | b |\n| - | -: |\n| 1 | 2 |')).toContain('<td style="text-align: right;">2</td>');
  });

  it('shows HTML as it is written', () => {
    const drawn = html('<script>alert(1)</script>\n\nA <img src=x onerror=alert(1)> b');
    expect(drawn).not.toMatch(/<(?:script|img)/);
    expect(drawn).toContain('&lt;script&gt;');
    expect(drawn).toContain('&lt;img src=x');
  });

  it('draws any text, and never makes an element that Markdown has not', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom(
        '# ',
        '- ',
        '1. ',
        '> ',
        '|a|b|\n|-|-|\n',
        '```\n',
        '**',
        '_',
        '`',
        '[',
        '](',
        ')',
        '![',
        '\n',
        '\n\n',
        '<b>',
        '<!--',
        '[x]: y\n',
        '\\',
        '&amp;',
        '- [ ] ',
        '---\n',
        '~~',
        '  ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const drawn = html(pieces.join(''));
        expect(drawn).not.toMatch(/<(?:script|style|iframe|b|i|svg)[\s>]/);
      }),
      { numRuns: 300 },
    );
  });

  it('reads only what was written before it: parsing is pure', () => {
    expect(JSON.stringify(parse('[a]: b\n'))).not.toBe('');
    expect(html('[a]')).toBe('<p>[a]</p>');
  });
});

describe('the way to a lesson', () => {
  beforeEach(() => setActivePinia(createPinia()));
  const place = (): VNodeChild => JSON.stringify(useNavigation().page);

  it('leads back to where it began, however many lessons were read', () => {
    const navigation = useNavigation();
    navigation.open({ name: 'voice', id: 'voice-1' });
    navigation.open({ name: 'guide', lesson: 'groups' });
    navigation.replace({ name: 'guide', lesson: 'searching' });
    expect(navigation.isDeep).toBe(true);
    navigation.back();
    expect(place()).toBe('{"name":"voice","id":"voice-1"}');
  });

  it('is a place of its own from the side bar', () => {
    const navigation = useNavigation();
    navigation.open({ name: 'voice', id: 'voice-1' });
    navigation.open({ name: 'guide' });
    expect(navigation.isDeep).toBe(false);
    navigation.back();
    expect(place()).toBe('{"name":"library"}');
  });
});
