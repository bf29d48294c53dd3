import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withParticles } from '@/language/particles';

describe('a particle', () => {
  it.each([
    // The ending of the last syllable.
    ['균형을(를) 쓰세요', '균형을 쓰세요'],
    ['아리아을(를) 쓰세요', '아리아를 쓰세요'],
    ['균형이(가) 맞음', '균형이 맞음'],
    ['아리아이(가) 맞음', '아리아가 맞음'],
    ['균형은(는) 99개', '균형은 99개'],
    ['목소리은(는) 99개', '목소리는 99개'],
    ['균형과(와) 같음', '균형과 같음'],
    ['목소리과(와) 같음', '목소리와 같음'],
    // ㄹ takes 로, as a vowel does, and 을, as a consonant does.
    ['서울(으)로 저장', '서울로 저장'],
    ['서울을(를) 저장', '서울을 저장'],
    ['균형(으)로 저장', '균형으로 저장'],
    ['목소리(으)로 저장', '목소리로 저장'],
    // Digits as they are spoken.
    ['10은(는) 작음', '10은 작음'],
    ['2은(는) 작음', '2는 작음'],
    ['1(으)로', '1로'],
    ['3(으)로', '3으로'],
    // Spelled letters, and words whose end is sure.
    ['RVC을(를)', 'RVC를'],
    ['HTML(으)로', 'HTML로'],
    ['Aria은(는)', 'Aria는'],
    ['spin(으)로', 'spin으로'],
    // What is not spoken is passed over.
    ['“균형”이(가)', '“균형”이'],
    ['균형 (2)을(를)', '균형 (2)를'],
    // Both stay where it cannot be told.
    ['voice을(를)', 'voice을(를)'],
    ['을(를)', '을(를)'],
    ['💿은(는)', '💿은(는)'],
    // Two of them, and a text without any.
    ['균형을(를) 쓰세요. 아리아은(는) 90개', '균형을 쓰세요. 아리아는 90개'],
    ['가장 가까운 이웃', '가장 가까운 이웃'],
  ])('%s', (text, said) => {
    expect(withParticles(text)).toBe(said);
  });

  it('never changes anything else', () => {
    const plain = (text: string): string => text.replaceAll(/[을를이가은는과와으로()]/g, '');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('을(를)', '이(가)', '(으)로'), (word, both) => {
        expect(plain(withParticles(`${word}${both} 끝`))).toBe(plain(`${word}${both} 끝`));
        expect(withParticles(word)).toBe(withParticles(withParticles(word)));
      }),
    );
  });
});

describe('our own Korean', () => {
  const folder = join('docs', 'guide', 'ko');
  const guide = readdirSync(folder).filter((name) => name.endsWith('.md'));
  const texts = [join('resources', 'locales', 'ko.json'), ...guide.map((name) => join(folder, name))];
  const BOTH = {
    을: '을(를)',
    를: '을(를)',
    이: '이(가)',
    가: '이(가)',
    은: '은(는)',
    는: '은(는)',
    과: '과(와)',
    와: '과(와)',
  };
  /** Words of ours that nothing else begins with, so that a particle after them is one. */
  const NOUNS = '목소리|인덱스|모델|폴더|파일|순간|그룹|이웃|검색|작업|보관함|특징|임베더|벡터|검증|압축|확장|녹음';
  const particle = new RegExp(`(?:${NOUNS})(을|를|이|가|은|는|과|와)(?=[\\s.,!?)]|$)`, 'gmu');

  it.each(texts)('%s writes both forms of a particle as they are looked for', (path) => {
    const text = readFileSync(path, 'utf8').replaceAll(/을\(를\)|이\(가\)|은\(는\)|과\(와\)|\(으\)로/g, '');
    expect(text.match(/.{0,12}\([을를이가은는과와으]\).{0,4}/g)).toBeNull();
  });

  it.each(texts)('%s has the particle that each word takes', (path) => {
    const found = [...readFileSync(path, 'utf8').matchAll(particle)];
    expect(found.length).toBeGreaterThan(0);
    const wrong = found.filter(([said, written]) => {
      const word = said.slice(0, -1);
      return withParticles(word + BOTH[written as keyof typeof BOTH]) !== said;
    });
    expect(wrong.map(([said]) => said)).toEqual([]);
  });
});
