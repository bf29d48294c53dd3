import { describe, expect, it } from 'vitest';
import { wrap } from '@/components/charts/saveFile';

const characters = (text: string) => text.length;

describe('wrap', () => {
  it('breaks between words at the width', () => {
    expect(wrap('one two three four', 9, characters)).toEqual(['one two', 'three', 'four']);
  });

  it('lets a word that is too long stand alone', () => {
    expect(wrap('a incomprehensible b', 5, characters)).toEqual(['a', 'incomprehensible', 'b']);
  });

  it('breaks between letters where words have no spaces, and begins no line with a stop', () => {
    expect(wrap('声を聴く。次の声', 4, characters)).toEqual(['声を聴', 'く。次の', '声']);
    expect(wrap('共 3 个分组，都够大。', 5, characters)).toEqual(['共 3 个', '分组，都够', '大。']);
  });

  it('has no lines for no text', () => {
    expect(wrap('', 5, characters)).toEqual([]);
  });
});
