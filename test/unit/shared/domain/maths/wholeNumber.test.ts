import { expect, it } from 'vitest';
import { wholeNumber } from '@shared/domain/maths/wholeNumber';

it.each([
  ['0', 0],
  ['007', 7],
  [String(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
  ['9007199254740992', null],
  ['9'.repeat(400), null],
  ['', null],
  ['-1', null],
  ['1e3', null],
  [undefined, null],
])('%s is the number %s', (digits, number) => {
  expect(wholeNumber(digits)).toBe(number);
});
