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

  it('has no lines for no text', () => {
    expect(wrap('', 5, characters)).toEqual([]);
  });
});
