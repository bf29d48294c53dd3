import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PowerOffState } from '@shared/contract/app';
import type { JobState } from '@shared/contract/jobs';
import { COUNTDOWN, PowerOff, powerOffCommand, turnOff } from '../../../../src/main/system/powerOff';
import { job } from '../../../fixtures/contract';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function createPowerOff(options: { readonly ask?: boolean; readonly fails?: boolean } = {}) {
  const told: PowerOffState[] = [];
  const state = { wanted: true, runs: 0 };
  const power = new PowerOff({
    isWanted: () => state.wanted,
    spend: () => (state.wanted = false),
    ask: () => options.ask ?? true,
    tell: (said) => told.push(said),
    run: () => {
      state.runs++;
      return options.fails === true
        ? Promise.reject(new Error('Interactive authentication required.'))
        : Promise.resolve();
    },
    warn: () => undefined,
  });
  const rest = (states: readonly JobState[], waiting = false): void =>
    power.rest(
      states.map((one) => job({ state: one })),
      waiting,
    );
  return { power, told, state, rest };
}

describe('shutting down when all is done', () => {
  it('counts a minute down, second by second, then does it once', async () => {
    const { told, state, rest } = createPowerOff();
    rest(['done', 'failed']);
    expect(told).toEqual([{ state: 'counting', seconds: COUNTDOWN }]);
    await vi.advanceTimersByTimeAsync((COUNTDOWN - 1) * 1_000);
    expect(told).toHaveLength(COUNTDOWN);
    expect(told.at(-1)).toEqual({ state: 'counting', seconds: 1 });
    expect(state.runs).toBe(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state.runs).toBe(1);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(state.runs).toBe(1);
    // It held for once.
    rest(['done']);
    expect(state).toEqual({ wanted: false, runs: 1 });
    expect(told.at(-1)).toEqual({ state: 'off' });
  });

  it('can be stopped until the last second, and done at once', async () => {
    const stopped = createPowerOff();
    stopped.rest(['done']);
    await vi.advanceTimersByTimeAsync(59_900);
    stopped.power.stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(stopped.state.runs).toBe(0);
    expect(stopped.told.at(-1)).toEqual({ state: 'off' });

    const hurried = createPowerOff();
    hurried.power.now();
    expect(hurried.state.runs).toBe(0);
    hurried.rest(['done']);
    hurried.power.now();
    hurried.power.now();
    expect(hurried.state.runs).toBe(1);
  });

  it.each<readonly [string, () => ReturnType<typeof createPowerOff>, readonly JobState[], boolean]>([
    ['nobody asked for it', () => ((made) => ((made.state.wanted = false), made))(createPowerOff()), ['done'], false],
    ['something is held', createPowerOff, ['done'], true],
    ['the last one was cancelled', createPowerOff, ['done', 'cancelled'], false],
    ['there is no window to stop it in', () => createPowerOff({ ask: false }), ['done'], false],
  ])('does not begin when %s', async (_why, create, states, waiting) => {
    const { state, told, rest } = create();
    const { wanted } = state;
    rest(states, waiting);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(state).toEqual({ wanted, runs: 0 });
    expect(told).toEqual([]);
  });

  it('says when the system does not let it', async () => {
    const { told, rest } = createPowerOff({ fails: true });
    rest(['done']);
    await vi.advanceTimersByTimeAsync(COUNTDOWN * 1_000);
    expect(told.slice(-2)).toEqual([{ state: 'off' }, { state: 'failed' }]);
  });
});

describe('the command that shuts down', () => {
  it.each([
    ['linux', 'systemctl poweroff'],
    ['win32', 'D:\\Windows\\System32\\shutdown.exe /s /t 0'],
    ['darwin', '/usr/bin/osascript -e tell application "System Events" to shut down'],
  ] as const)('is known on %s', (platform, words) => {
    const command = powerOffCommand(platform, { SystemRoot: 'D:\\Windows' });
    expect([command?.file, ...(command?.args ?? [])].join(' ')).toBe(words);
  });

  it('is none where it is not known, which fails', async () => {
    expect(powerOffCommand('aix', {})).toBeNull();
    await expect(turnOff(null)).rejects.toThrow();
    await expect(turnOff({ file: '/does/not/exist', args: [] })).rejects.toThrow();
  });
});
