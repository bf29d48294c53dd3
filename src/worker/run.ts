import * as v from 'valibot';
import { type RequestOf, type ResultOf, type WorkKind, workKinds } from '@shared/jobs';
import { engineError } from './engine';
import type { JobContext } from './context';
import { clip } from './jobs/clip';
import { compress } from './jobs/compress';
import { expand } from './jobs/expand';
import { exportIndex } from './jobs/export';
import { exportPlan } from './jobs/exportPlan';
import { groupMoments } from './jobs/groupMoments';
import { inspect } from './jobs/inspect';
import { listen } from './jobs/listen';
import { look } from './jobs/look';
import { compare, measure } from './jobs/measure';
import { model } from './jobs/model';
import { probe } from './jobs/probe';
import { repair } from './jobs/repair';
import { sample } from './jobs/sample';
import { scan } from './jobs/scan';
import { sift } from './jobs/sift';
import { takeBack } from './jobs/takeBack';
import { train } from './jobs/train';
import { tune } from './jobs/tune';
import { unpack } from './jobs/unpack';
import { uses } from './jobs/uses';

/** What does each kind of work. */
const workers: {
  readonly [K in WorkKind]: (request: RequestOf<K>, context: JobContext<K>) => Promise<ResultOf<K>>;
} = {
  scan,
  look,
  inspect,
  clip,
  groupMoments,
  model,
  sample,
  unpack,
  train,
  exportPlan,
  export: exportIndex,
  takeBack,
  measure,
  compare,
  repair,
  compress,
  expand,
  sift,
  tune,
  listen,
  probe,
  uses,
};

/**
 * Does one piece of work, in a worker process or on the command line. What it answers is held against the contract here,
 * where it is made: a fault is found beside its cause, and the command line cannot print what main would refuse.
 *
 * @throws VoronoiceError; anything else is a fault of ours
 */
export async function run<K extends WorkKind>(request: RequestOf<K>, context: JobContext<K>): Promise<ResultOf<K>> {
  let value: ResultOf<K>;
  try {
    value = await workers[request.kind](request, context);
  } catch (error) {
    throw engineError(error);
  }
  const parsed = v.safeParse(workKinds[request.kind].result, value);
  if (parsed.success) return parsed.output;
  const where = v.getDotPath(parsed.issues[0]) ?? 'result';
  throw new Error(`The result of '${request.kind}' breaks the contract at '${where}': ${parsed.issues[0].message}`);
}
