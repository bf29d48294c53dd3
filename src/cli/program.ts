import { dirname } from 'node:path';
import { toError, toFailure, VoronoiceError } from '@shared/contract/errors';
import type { ResultOf, StepName } from '@shared/jobs';
import { MOST_QUERIES } from '@shared/domain/measures/holdOut';
import { loadEngine } from '../worker/engine';
import { locateVoice } from '../worker/features/experiment';
import type { StepContext } from '../worker/context';
import { run } from '../worker/run';
import { version } from '../../package.json';
import {
  type AutoArguments,
  type Invocation,
  parseInvocation,
  type RepairArguments,
  type TrainArguments,
} from './args';
import { EXIT, exitCode, failureJson, failureText } from './failure';
import { helpText } from './help';
import { jsonOf, type Outcome, remarksOf, textOf } from './output';
import { createTerminalProgress, type Screen } from './terminal';

/** Where a command prints, and how it is told to stop. */
export interface Surroundings {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: Screen;
  readonly signal: AbortSignal;
}

type Work = Extract<Invocation, { kind: 'work' }>;

/** Runs one command and returns its exit code. Nothing is thrown. */
export async function runProgram(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  // Even a command that cannot be understood keeps its promise about the output.
  const json = words.includes('--json');
  try {
    const invocation = parseInvocation(words);
    switch (invocation.kind) {
      case 'help':
        stdout.write(helpText(invocation.command));
        return EXIT.done;
      case 'version':
        stdout.write(`${version}\n`);
        return EXIT.done;
      case 'work': {
        const outcome = await work(invocation.request, surroundings);
        for (const remark of remarksOf(outcome)) stderr.write(`${remark}\n`);
        stdout.write(json ? `${JSON.stringify(jsonOf(outcome))}\n` : textOf(outcome));
        return EXIT.done;
      }
    }
  } catch (error) {
    const failure = toFailure(error);
    if (json) stdout.write(`${JSON.stringify(failureJson(failure))}\n`);
    else stderr.write(failureText(failure));
    if (failure.code === 'INTERNAL' && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`);
    return exitCode(failure.code);
  }
}

async function work(request: Work['request'], { stderr, signal }: Surroundings): Promise<Outcome> {
  const progress = createTerminalProgress(request.kind === 'auto' ? 'tune' : request.kind, stderr);
  const context: StepContext<StepName> = {
    signal,
    progress: (step, done, total) => progress.report(step, done, total),
    iteration: () => undefined,
    log: (_level, text) => progress.say(text),
    engine: loadEngine,
  };
  try {
    return await outcomeOf(request, context);
  } finally {
    progress.end();
  }
}

async function outcomeOf(request: Work['request'], context: StepContext<StepName>): Promise<Outcome> {
  switch (request.kind) {
    case 'train':
      return { kind: 'train', value: await train(request, context) };
    case 'auto':
      return { kind: 'train', value: await trainBest(request, context) };
    case 'tune':
      return { kind: 'tune', value: await run(request, context) };
    case 'compress':
      return { kind: 'compress', value: await run(request, context) };
    case 'expand':
      return { kind: 'expand', value: await run(request, context) };
    case 'inspect': {
      const { facts, bytes, problems, record } = await run(request, context);
      if (facts !== null) return { kind: 'inspect', value: { facts, bytes, problems, record } };
      const [problem] = problems;
      if (problem === undefined) throw new Error('inspect answered neither facts nor a problem');
      throw toError(problem);
    }
    case 'measure':
      return { kind: 'measure', value: await run(request, context) };
    case 'compare':
      return { kind: 'compare', indexes: request.indexes, value: await run(request, context) };
    case 'repair':
      return { kind: 'repair', value: await repair(request, context) };
    case 'scan':
      return { kind: 'scan', value: await run(request, context) };
    case 'export':
      return { kind: 'export', value: await run(request, context) };
    case 'sample':
      return { kind: 'sample', value: await run(request, context) };
  }
}

/** Where nothing else is asked for, an index goes beside what it is made of. */
async function train(request: TrainArguments, context: StepContext<StepName>): Promise<ResultOf<'train'>> {
  const [first] = request.sources;
  const out = request.out ?? (first === undefined ? '.' : await placeOf(first.path));
  return run({ ...request, out }, context);
}

async function placeOf(source: string): Promise<string> {
  return /\.index$/i.test(source) ? dirname(source) : (await locateVoice(source)).path;
}

/** Looks for the best way to build, then builds the whole voice that way. */
async function trainBest(
  { train: request, limits, budgetSeconds }: AutoArguments,
  context: StepContext<StepName>,
): Promise<ResultOf<'train'>> {
  const [source] = request.sources;
  const { seed } = request;
  const found = await run(
    { kind: 'tune', folder: source?.path ?? '.', budgetSeconds, options: null, limits, seed },
    context,
  );
  const best = found.candidates.find(({ id }) => id === found.proposal);
  if (best === undefined) {
    throw new VoronoiceError('TUNE_NONE_FITS', 'None of the ways that were tried keeps the limits.', {
      tried: found.candidates.length,
    });
  }
  context.log('info', `Best of ${found.candidates.length}: ${best.id} (${best.factory})`);
  // Frames that are left out, a name or a place are asked for beside any recipe.
  const { selection } = request;
  return train({ ...request, ...best.options, selection, nprobe: best.nprobe }, context);
}

/** Sets the number of groups searched: the given one, or the one that a measurement suggests. */
async function repair(
  { index, nprobe: wanted, features, out, seed }: RepairArguments,
  context: StepContext<StepName>,
): Promise<ResultOf<'repair'>> {
  const nprobe = wanted ?? (await suggestedNprobe(index, features, seed, context));
  return run({ kind: 'repair', index, change: { type: 'nprobe', nprobe }, out }, context);
}

async function suggestedNprobe(
  index: string,
  features: string | null,
  seed: number,
  context: StepContext<StepName>,
): Promise<number> {
  const asking = { features, queries: null, seed, most: MOST_QUERIES, nprobes: [] };
  const { suggestion } = await run({ kind: 'measure', index, ...asking }, context);
  return suggestion.nprobe;
}
