import { afterAll, describe, expect, it } from 'vitest';
import { writeFigures } from '../fixtures/figures';
import { answers, expectedAnswers, filesOf, FORMAT_NAMES, writeAnswers } from '../hostile/corpus';

/** `HOSTILE=write npx vitest run hostile` writes down what is said now; what changes must be looked at, line by line. */
const isWritten = process.env['HOSTILE'] === 'write';

describe('hostile files (F1, F2, F3, F7, N1 to N5)', () => {
  afterAll(() => writeFigures(Object.fromEntries(FORMAT_NAMES.map((format) => [format, filesOf(format)]))));

  it.each(FORMAT_NAMES)('%s: each is answered as written down', async (format) => {
    const said = await answers(format);
    if (isWritten) writeAnswers(format, said);
    const expected = expectedAnswers(format);
    expect(Object.keys(said)).toEqual(Object.keys(expected));
    for (const [name, answer] of Object.entries(said)) expect(answer, name).toEqual(expected[name]);
  });
});
