import { describe, expect, it } from 'vitest';
import { createTerminalProgress } from '../../../src/cli/terminal';
import { duration } from '../../../src/cli/words';

function screen(isTTY: boolean) {
  let text = '';
  let now = 0;
  return {
    isTTY,
    columns: 60,
    write: (piece: string) => (text += piece),
    read: () => text,
    clock: () => now,
    wait: (milliseconds: number) => (now += milliseconds),
  };
}

describe('createTerminalProgress', () => {
  it('draws a bar in place on a terminal, with the time left, and takes it away', () => {
    const terminal = screen(true);
    const progress = createTerminalProgress('train', terminal, terminal.clock);
    terminal.wait(2_000);
    progress.report('train', 10, 25);
    expect(terminal.read()).toMatch(/^█+░+ Grouping \d+ %, \d+ s left$/);
    expect(terminal.read()).not.toContain('\n');
    progress.report('train', 11, 25);
    terminal.wait(100);
    progress.report('train', 12, 25);
    expect(terminal.read().match(/Grouping/g)).toHaveLength(2);
    progress.end();
    expect(terminal.read().endsWith('\r\x1b[2K')).toBe(true);
  });

  it('keeps a bar within the width of the terminal', () => {
    const terminal = { ...screen(true), columns: 20 };
    createTerminalProgress('train', terminal, () => 0).report('train', 1, 2);
    expect(terminal.read().length).toBeLessThan(20);
  });

  it('writes plain lines elsewhere: one for each step and quarter', () => {
    const file = screen(false);
    const progress = createTerminalProgress('train', file, file.clock);
    for (let done = 0; done <= 100; done++) progress.report('read', 120 * done, 12_000);
    for (let done = 0; done <= 100; done++) progress.report('measure', done, 100);
    progress.end();
    const lines = file.read().trimEnd().split('\n');
    // The second step goes from a quarter of the work to more than three.
    const asking = 'Asking held-out frames';
    expect(lines.map((line) => line.replace(/ \d+ %.*/, ''))).toEqual(['Reading', asking, asking, asking]);
    expect(file.read()).not.toContain('\r');
  });

  it('says nothing of what is over in a moment', () => {
    const file = screen(false);
    const progress = createTerminalProgress('inspect', file, file.clock);
    progress.report('inspect', 0, 1);
    progress.report('inspect', 1, 1);
    expect(file.read()).toBe('');
  });
});

describe('duration', () => {
  it.each([
    [0.04, '0 s'],
    [1.26, '1.3 s'],
    [59.7, '1 min'],
    [75, '1 min 15 s'],
    [120, '2 min'],
    [3_900, '1 h 5 min'],
  ])('%s seconds are %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});
