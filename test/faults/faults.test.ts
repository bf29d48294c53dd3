import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { toFailure } from '@shared/contract/errors';
import { toSystemError } from '@shared/contract/systemErrors';
import { writingError } from '../../src/main/library/database';
import { run } from '../../src/worker/run';
import { sweep } from '../../src/supervisor/sweep';
import { onDisk, REFUSALS, type Refusal, refusing } from './control';
import { JOBS, WITH_ENGINE } from './jobs';
import { DATA, WRITERS } from './main';
import { hasShim, MARKED_AS } from './shim';
import { type State, stateOf } from './state';

/**
 * Every call of the file system fails, each in turn, in every way a system refuses: what is there afterwards is the old
 * state or the new one, nothing is left half-made, and the reason is one of the closed list.
 *
 * `npm run reliability` tries every call; else it is every so many-th, from another start each time.
 */

const EVERY = Number(process.env['FAULTS_EVERY'] ?? 61);

const base = mkdtempSync(join(tmpdir(), 'voronoice-faults-'));
const [place, template] = [join(base, 'place'), join(base, 'template')];
const at = (...parts: readonly string[]): string => join(place, ...parts);
const figures = { jobs: 0, writers: 0, refused: 0, undone: 0, done: 0, faults: 0 };

afterEach(() => {
  for (const name of readdirSync(base)) rmSync(join(base, name), { recursive: true });
});
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
  const { FIGURES } = process.env;
  if (FIGURES !== undefined) writeFileSync(FIGURES, JSON.stringify(figures));
});

/** What is tried on a fresh folder. */
interface Tried {
  readonly act: () => unknown;
  /** Once nothing is refused any more. @returns what is wrong beyond what lies in the folder */
  readonly end: (outcome: Outcome['type']) => Promise<readonly string[]>;
}

/** What a refusal came to. */
type Outcome = { readonly type: 'done' } | { readonly type: 'failed'; readonly code: string; readonly message: string };

interface Expected {
  readonly old: State;
  /** What done work may come to; the first is the usual. */
  readonly nexts: readonly [State, ...State[]];
  readonly mayLack?: RegExp | undefined;
  readonly leavesOut?: boolean | undefined;
}

/** Everything lies in a copy of this folder. */
function fresh(from: string | null): void {
  // Moved away instead of removed: SQLite knows a file by its number, which the next one would get.
  if (existsSync(place)) renameSync(place, join(base, `past-${(past += 1)}`));
  if (from === null) mkdirSync(place);
  else copy(from, place);
}

const NOTHING: Refusal = { name: 'nothing', number: 0, kinds: 0, lasting: false };

/** All that was tried so far. */
let past = 0;

function copy(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

/** As a person hears of it: at the door between main and the page. */
async function outcomeOf(act: () => unknown): Promise<Outcome> {
  try {
    await act();
    return { type: 'done' };
  } catch (error) {
    const { code, message } = toFailure(error);
    return { type: 'failed', code, message };
  }
}

/** Everything is as it was, or as it is to be; after a refusal that goes on, this holds of each file by itself. */
function faultOf(found: State, expected: Expected, outcome: Outcome, { name, lasting }: Refusal): string | null {
  const { old, nexts, mayLack, leavesOut } = expected;
  const [next] = nexts;
  /** By a link that leads to another file of the folder. */
  const seen = (what: string): string | undefined =>
    what.startsWith('link to ') ? found.get(what.slice(`link to ${place}/`.length)) : undefined;
  const isState = (state: State, lack?: RegExp): boolean =>
    [...found].every(([path, what]) => state.get(path) === what || (seen(what) ?? what) === state.get(path)) &&
    [...state.keys()].every((path) => found.has(path) || lack?.test(path) === true);
  const lost = [...old].filter(([path]) => !found.has(path) && next.has(path));
  const temporary = [...found.keys()].filter((path) => path.endsWith('.tmp'));
  if (outcome.type === 'done') {
    if (nexts.some((state) => isState(state, mayLack))) return null;
    // What may not be read is left out, as a damaged file is; the rest is as it should be.
    if (name === 'EPERM' && leavesOut === true && lost.length + temporary.length === 0) return null;
    return `says that it is done, and there is ${difference(found, next)}`;
  }
  if (outcome.code === 'INTERNAL') return `answers INTERNAL: ${outcome.message}`;
  if (isState(old)) return null;
  const mixed = [...found].filter(([path, what]) => what !== old.get(path) && what !== next.get(path));
  if (lasting && mixed.length + lost.length + temporary.length === 0) return null;
  return `fails with ${outcome.code}, and there is ${difference(found, old)}`;
}

function difference(found: State, expected: State): string {
  const more = [...found].filter(([path, what]) => expected.get(path) !== what).map(([path]) => `+${path}`);
  const less = [...expected.keys()].filter((path) => !found.has(path)).map((path) => `-${path}`);
  return [...more, ...less].join(' ');
}

/** @returns what was wrong afterwards */
async function refuseEach(
  begin: () => Tried,
  judge: (outcome: Outcome, refusal: Refusal) => string | null,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const refusal of REFUSALS) {
    for (let call = EVERY === 1 ? 0 : Math.floor(Math.random() * EVERY); ; call += EVERY) {
      fresh(template);
      const { act, end } = begin();
      const { value: outcome, calls } = await refusing(place, refusal, call, () => outcomeOf(act));
      const wrong = [...(await end(outcome.type)), judge(outcome, refusal)].filter((fault) => fault !== null);
      if (call >= calls) break;
      faults.push(...wrong.map((fault) => `${refusal.name} at call ${call}: ${fault}`));
      figures.refused += 1;
      figures[outcome.type === 'done' ? 'done' : 'undone'] += 1;
    }
  }
  figures.faults += faults.length;
  return faults;
}

describe.runIf(hasShim())('each call of the file system that fails leaves the old state or the new one', () => {
  it.each(JOBS)('$name', async ({ prepare, instead, mayLack, leavesOut }) => {
    fresh(null);
    const request = await prepare(at);
    copy(place, template);
    const old = stateOf(place);
    const doneAs = async (asked: typeof request): Promise<State> => {
      fresh(template);
      await run(asked, WITH_ENGINE);
      return stateOf(place);
    };
    const nexts: [State, ...State[]] = [await doneAs(request)];
    if (instead !== undefined) nexts.push(await doneAs(instead(request as never)));
    const begin = (): Tried => ({
      act: () => run(request, WITH_ENGINE),
      end: async () => {
        await sweep(request, MARKED_AS);
        return [];
      },
    });
    const expected = { old, nexts, mayLack, leavesOut };
    const faults = await refuseEach(begin, (outcome, refusal) => faultOf(stateOf(place), expected, outcome, refusal));
    figures.jobs += 1;
    expect(faults).toEqual([]);
  });

  it.each(JOBS)('$name, on a disk that knows no links', async ({ prepare, instead, mayLack }) => {
    fresh(null);
    const request = await prepare(at);
    copy(place, template);
    const old = stateOf(place);
    fresh(template);
    await run(instead === undefined ? request : instead(request as never), WITH_ENGINE);
    const nexts = [stateOf(place)] as const;
    fresh(template);
    const outcome = await onDisk(place, { linkless: true }, () => outcomeOf(() => run(request, WITH_ENGINE)));
    expect(faultOf(stateOf(place), { old, nexts, mayLack }, outcome, NOTHING)).toBeNull();
    expect(outcome.type).toBe('done');
  });

  it.each(JOBS)('$name, on a disk that does not tell names apart by case', async ({ prepare, mayLack }) => {
    fresh(null);
    const request = await prepare(at);
    copy(place, template);
    const old = stateOf(place);
    fresh(template);
    await run(request, WITH_ENGINE);
    const nexts = [stateOf(place)] as const;
    fresh(template);
    const outcome = await onDisk(place, { folding: true }, () => outcomeOf(() => run(request, WITH_ENGINE)));
    expect(faultOf(stateOf(place), { old, nexts, mayLack }, outcome, NOTHING)).toBeNull();
    expect(outcome.type).toBe('done');
  });

  it.each(WRITERS)('main: $name', async ({ prepare, begin }) => {
    fresh(null);
    prepare(at);
    copy(place, template);
    const tried = (): Tried => {
      const { act, end } = begin(at);
      const said = async (): Promise<unknown> => {
        try {
          return await act();
        } catch (error) {
          throw writingError(toSystemError(error, 'write'));
        }
      };
      return { act: said, end: async (outcome) => end(outcome) };
    };
    const faults = await refuseEach(tried, (outcome) => {
      const left = [...stateOf(place).keys()].filter((path) => path.endsWith('.tmp') && !path.startsWith(DATA));
      if (left.length > 0) return `leaves ${left.join()}`;
      return outcome.type === 'failed' && outcome.code === 'INTERNAL' ? `answers INTERNAL: ${outcome.message}` : null;
    });
    figures.writers += 1;
    expect(faults).toEqual([]);
  });
});

it.runIf(!hasShim())('no call can be made to fail on this machine: it has no Linux, or no compiler', () => {
  expect(process.platform === 'linux' && process.env['CI'] !== undefined).toBe(false);
});
