import { expect, it } from 'vitest';
import { visible } from '@shared/domain/visible';

it.each([
  ['한국어 тест ü 🎤\ta\nb', '한국어 тест ü 🎤\ta\nb'],
  ['\u001b[2J\u001b]0;x\u0007', '\\u001b[2J\\u001b]0;x\\u0007'],
  ['a\rb\u009b31m', 'a\\u000db\\u009b31m'],
  ['song\u202exedni.pth', 'song\\u202exedni.pth'],
  ['half \ud83d of it', 'half \\ud83d of it'],
  ['\u2066a\u2069\u2028b', '\\u2066a\\u2069\\u2028b'],
])('%j is read as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});
