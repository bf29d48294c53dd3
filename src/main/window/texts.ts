import { COMMAND_IDS, type CommandId, commandOf } from '@shared/contract/commands';
import { FALLBACK, type Locale } from '@shared/contract/languages';
import type { Say } from '@shared/domain/jobs/title';
import type en from '../../../resources/locales/en.json';

/** What main itself says: menus, dialogs, notifications; and what commands are called. */
export type Texts = (typeof en)['main'] & { readonly commands: Readonly<Record<CommandId, string>> };

/** Of what the page says, only what main says too: the names of jobs and commands. */
const SECTIONS = {
  main: import.meta.glob<Words>('../../../resources/locales/*.json', { import: 'main', eager: true }),
  commands: import.meta.glob<Words>('../../../resources/locales/*.json', { import: 'commands', eager: true }),
  nav: import.meta.glob<Words>('../../../resources/locales/*.json', { import: 'nav', eager: true }),
  jobs: import.meta.glob<Words>('../../../resources/locales/*.json', { import: 'jobs', eager: true }),
  recipes: import.meta.glob<Words>('../../../resources/locales/*.json', { import: 'recipes', eager: true }),
  hosts: import.meta.glob<Words>('../../../resources/locales/*.json', { import: 'hosts', eager: true }),
} as const;

/** Words under their keys, as deep as there are sections. */
interface Words {
  readonly [key: string]: string | Words;
}

const fileOf = (locale: Locale): string => `../../../resources/locales/${locale}.json`;

/** What a language lacks is said in the one that stands in for it. */
function sectionIn(locale: Locale, name: keyof typeof SECTIONS): Words {
  return completed(SECTIONS[name][fileOf(locale)] ?? {}, SECTIONS[name][fileOf(FALLBACK)] ?? {});
}

export function textsOf(locale: Locale): Texts {
  const named = COMMAND_IDS.map((id) => [id, sectionIn(locale, commandOf(id).words ?? 'commands')[id] ?? id]);
  return { ...sectionIn(locale, 'main'), commands: Object.fromEntries(named) as Texts['commands'] } as Texts;
}

/** Every word of `whole`: as `part` says it, and as it stands there where `part` does not. */
export function completed(part: Words, whole: Words): Words {
  const pairs = Object.entries(whole).map(([key, standing]): [string, string | Words] => {
    const own = part[key];
    if (typeof standing === 'string') return [key, typeof own === 'string' ? own : standing];
    return [key, completed(typeof own === 'object' ? own : {}, standing)];
  });
  return Object.fromEntries<string | Words>(pairs);
}

/** Says the names of jobs as the page does. */
export function namesIn(locale: Locale): Say {
  const names: Words = Object.fromEntries(
    (['jobs', 'recipes', 'hosts'] as const).map((name) => [name, sectionIn(locale, name)]),
  );
  return (key, values = {}) => fill(textAt(names, key), values);
}

function textAt(words: Words, key: string): string {
  const text = key.split('.').reduce<string | Words | undefined>((at, part) => {
    return typeof at === 'object' ? at[part] : undefined;
  }, words);
  if (typeof text !== 'string') throw new Error(`There is no text "${key}".`);
  return text;
}

/** A text with its `{values}` filled in. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
