import { shallowRef, watch } from 'vue';
import { defineStore } from 'pinia';
import { FALLBACK, type Locale } from '@shared/contract/languages';
import { type Explanation, explanationsIn, type Term } from '@/language/glossary';
import { useSettings } from './settings';

/** The glossary is a lesson of docs/guide; each language is loaded when somebody reads it. */
const FILES = import.meta.glob<string>('../../../../docs/guide/**/glossary.md', { query: '?raw', import: 'default' });

async function read(locale: Locale): Promise<ReadonlyMap<string, Explanation>> {
  const end = locale === FALLBACK ? 'guide/glossary.md' : `guide/${locale}/glossary.md`;
  const file = Object.keys(FILES).find((path) => path.endsWith(`docs/${end}`));
  return explanationsIn((await FILES[file ?? '']?.()) ?? '');
}

/** What the numbers and words on the pages mean, in the person's language. */
export const useGlossary = defineStore('glossary', () => {
  const settings = useSettings();
  const explanations = shallowRef<ReadonlyMap<string, Explanation>>(new Map());

  watch(
    () => settings.locale,
    async (locale) => {
      const found = await read(locale);
      if (settings.locale === locale) explanations.value = found;
    },
    { immediate: true },
  );

  /** Undefined until the language is there. */
  const explain = (term: Term): Explanation | undefined => explanations.value.get(term);

  return { explain };
});
