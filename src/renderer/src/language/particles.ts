/** Whether a word ends in a consonant as it is spoken; `l` asks for a particle of its own in one case. */
type Ending = 'vowel' | 'consonant' | 'l';

/** Each particle as it is written where the word before it is not known, after a consonant, and after a vowel. */
const PARTICLES = [
  ['을(를)', '을', '를'],
  ['이(가)', '이', '가'],
  ['은(는)', '은', '는'],
  ['과(와)', '과', '와'],
  ['(으)로', '으로', '로'],
] as const;

/** 영 일 이 삼 사 오 육 칠 팔 구. */
const DIGITS: readonly Ending[] = [
  'consonant',
  'l',
  'vowel',
  'consonant',
  'vowel',
  'vowel',
  'consonant',
  'l',
  'l',
  'vowel',
];

/** The letters of a syllable begin here; each has 28 endings, the first of them none. */
const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const ENDINGS = 28;
const ENDING_L = 8;

/** How a word ends that this letter is the last of; null: nobody can tell without knowing how it is spoken. */
function endingOf(letter: string): Ending | null {
  const code = letter.codePointAt(0) ?? 0;
  if (code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE) {
    const ending = (code - FIRST_SYLLABLE) % ENDINGS;
    return ending === 0 ? 'vowel' : ending === ENDING_L ? 'l' : 'consonant';
  }
  if (/\d/.test(letter)) return DIGITS[Number(letter)] ?? null;
  // Capitals are spelled out: RVC is 알브이씨, and only 엘 엠 엔 알 end in a consonant.
  if (/[LR]/.test(letter)) return 'l';
  if (/[MN]/.test(letter)) return 'consonant';
  if (/[A-Z]/.test(letter)) return 'vowel';
  // Of what is spoken as a word, these are sure.
  if (/[aiouwy]/.test(letter)) return 'vowel';
  if (letter === 'l') return 'l';
  return /[mn]/.test(letter) ? 'consonant' : null;
}

/**
 * A Korean text with each particle that is written in both forms, such as `을(를)`, in the one that fits the word before it.
 * Quotation marks and brackets between them are not spoken. Where the sound of the word is not known, both forms stay.
 */
export function withParticles(text: string): string {
  return PARTICLES.reduce((all, [both, consonant, vowel]) => {
    if (!all.includes(both)) return all;
    return all.split(both).reduce((before, after) => {
      const ending = endingOf(/([^\s)\]}"'”’」』»])[)\]}"'”’」』»]*$/.exec(before)?.[1] ?? '');
      const isRo = both === '(으)로';
      const fits = ending === null ? both : ending === 'vowel' || (isRo && ending === 'l') ? vowel : consonant;
      return before + fits + after;
    });
  }, text);
}
