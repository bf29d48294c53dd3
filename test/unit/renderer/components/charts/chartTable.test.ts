import { describe, expect, it } from 'vitest';
import { fileName, toCsv } from '@/components/charts/chartTable';

describe('toCsv', () => {
  it('writes full numbers, nothing for the unknown, and quotes what needs it', () => {
    const csv = toCsv({
      columns: ['File', 'Share, in %'],
      rows: [
        ['a "b".npy', 0.1234567],
        ['c.npy', null],
      ],
    });
    expect(csv).toBe('\uFEFFFile,"Share, in %"\r\n"a ""b"".npy",0.1234567\r\nc.npy,\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@sum', '\tx'])('disarms %j, which a spreadsheet would run', (text) => {
    expect(toCsv({ columns: ['File'], rows: [[text]] })).toContain(`\r\n'${text}`);
  });

  it('leaves negative numbers alone', () => {
    expect(toCsv({ columns: ['x'], rows: [[-1]] })).toContain('\r\n-1\r\n');
  });
});

describe('fileName', () => {
  it('joins words, replaces what Windows forbids and leaves Korean alone', () => {
    expect(fileName(['아리아: v2/a', 'group-sizes'], 'png')).toBe('아리아-v2-a-group-sizes.png');
  });

  it('leaves an unknown subject out', () => {
    expect(fileName(['', 'group-sizes'], 'csv')).toBe('group-sizes.csv');
  });
});
