import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finder, folded } from '@shared/domain/voice/naming';

const finds = (query: string, name: string): boolean => finder(query)(folded(name));

describe('folded', () => {
  it.each([
    ['Zoë', 'zoe'],
    ['ZOË', 'zoe'],
    ['Straße', 'strasse'],
    ['STRAẞE', 'strasse'],
    ['Ægir Øst', 'aegir ost'],
    ['Łódź', 'lodz'],
    ['İstanbul', 'istanbul'],
    ['ISPARTA ısı', 'isparta isi'],
    ['Ёлка', 'елка'],
    ['Ἀθηνᾶς', 'αθηνασ'],
    ['ΑΘΗΝΑΣ', 'αθηνασ'],
    ['ﬁn Ⅻ', 'fin xii'],
    ['ＡＲＩＡ　１２', 'aria 12'],
    ['  aria  ', 'aria'],
    ['שָׁלוֹם', 'שלום'],
    ['مُحَمَّد', 'محمد'],
  ])('says %s as %s', (name, plain) => {
    expect(folded(name)).toBe(plain);
  });

  it('takes the two ways to store an accent or a syllable for the same', () => {
    for (const name of ['Zoë', '한국어', 'がぎぐ', 'Việt', 'हिन्दी'])
      expect(folded(name.normalize('NFD'))).toBe(folded(name.normalize('NFC')));
  });

  it('takes half and full width for the same', () => {
    expect(folded('ｱﾘｱ')).toBe(folded('アリア'));
    expect(folded('ｶﾞ')).toBe(folded('ガ'));
    expect(folded('ﾡ')).toBe(folded('ㄱ'));
  });

  it('keeps apart what only looks like a mark', () => {
    expect(folded('が')).not.toBe(folded('か'));
    expect(folded('ぱ')).not.toBe(folded('は'));
    expect(folded('कि')).not.toBe(folded('का'));
    expect(folded('ที่')).not.toBe(folded('ทา'));
  });

  it('comes to the same for every letter there is, whatever its case', () => {
    const letters = Array.from({ length: 0x110000 }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
      .filter((letter) => letter.toUpperCase() !== letter.toLowerCase());
    expect(letters.length).toBeGreaterThan(2_500);
    const differing = letters.filter((letter) => {
      const once = folded(letter);
      return [once, letter.toUpperCase(), letter.toLowerCase()].some((other) => folded(other) !== once);
    });
    expect(differing).toEqual([]);
  });

  it('comes to the same however a name is stored, and changes nothing twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const once = folded(name);
        expect(folded(once)).toBe(once);
        expect(folded(name.normalize('NFD'))).toBe(once);
      }),
    );
  });
});

describe('finder', () => {
  it('finds every word, in any order', () => {
    expect(finds('live aria', 'Aria (live 2)')).toBe(true);
    expect(finds('aria  studio', 'Aria (live 2)')).toBe(false);
  });

  it('finds a syllable by its beginning', () => {
    expect(finds('ㅎ', '한국')).toBe(true);
    expect(finds('하', '한국')).toBe(true);
    expect(finds('한국', '한국어')).toBe(true);
    expect(finds('국', '한글')).toBe(false);
  });

  it('finds everything where nothing is asked for', () => {
    expect(finds('', 'aria')).toBe(true);
    expect(finds('   ', 'aria')).toBe(true);
  });
});
