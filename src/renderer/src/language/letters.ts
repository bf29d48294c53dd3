import { Locale } from '@shared/contract/languages';

interface Letters {
  readonly family: string;
  /** Hundreds of rules, each with the letters that one file has. */
  readonly rules: () => Promise<unknown>;
}

/** Languages whose letters not every system has, and the font that the app brings for each (theme.css). */
const LETTERS: Readonly<Partial<Record<Locale, Letters>>> = {
  ja: { family: 'Noto Sans JP Variable', rules: () => import('@fontsource-variable/noto-sans-jp') },
  ko: { family: 'Noto Sans KR Variable', rules: () => import('@fontsource-variable/noto-sans-kr') },
  'zh-CN': { family: 'Noto Sans SC Variable', rules: () => import('@fontsource-variable/noto-sans-sc') },
};

/** Of everything that is written with Latin letters: read before anything is drawn, as they are on their way with the scripts. */
export function loadLatinLetters(): void {
  if ('fonts' in document)
    void document.fonts.load("1em 'Inter Variable'").catch((error: unknown) => console.warn(error));
}

/** Reads which file of a language's font has which letters. */
export async function loadRules(locale: Locale): Promise<void> {
  await LETTERS[locale]?.rules().catch((error: unknown) => console.warn(error));
}

/**
 * Reads the letters that a text of a language is written with: of a font's hundred files only those that have them.
 * Without them the page is as readable as the system's own letters are.
 */
export async function loadLetters(locale: Locale, text: string): Promise<void> {
  const letters = LETTERS[locale];
  // Not every DOM loads letters.
  if (letters === undefined || !('fonts' in document)) return;
  await loadRules(locale);
  await document.fonts.load(`1em '${letters.family}'`, text).catch((error: unknown) => console.warn(error));
}

/** Letters of all languages, also in the name of a voice: from now on those that are shown are read. */
export async function offerAllLetters(): Promise<void> {
  await Promise.all(Locale.options.map(loadRules));
}
