import * as v from 'valibot';
import { expect, it } from 'vitest';
import { timeOf, timestamp } from '@shared/contract/primitives';

it.each([[-1e17], [-86_400_000], [0], [1.8e12], [1e17]])(
  'the time of a file is a date, whatever the disk says: %d',
  (mtimeMs) => {
    const time = timeOf({ mtimeMs });
    expect(v.is(timestamp, time)).toBe(true);
    expect(Number.isNaN(new Date(time).getTime())).toBe(false);
    if (v.is(timestamp, mtimeMs)) expect(time).toBe(mtimeMs);
  },
);

it.each([[8.64e15 + 1], [Infinity], [NaN]])('%d is no time', (time) => {
  expect(v.is(timestamp, time)).toBe(false);
});
