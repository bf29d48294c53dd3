import { VoronoiceError } from '@shared/contract/errors';
import { assertNever } from '@shared/domain/assertNever';
import { walkBytes } from '@shared/formats/walk';
import { type IndexContents, walkContents } from '../../src/worker/files/indexFile';
import { requireUsable } from '../../src/worker/openIndex';
import { mutate } from './mutate';
import { below, random } from './random';
import type { Outcome, Trial } from './trial';

interface Fault {
  /** `misread`: the engine takes it for something else than the gate does. */
  readonly kind: 'refused' | 'crashed' | 'hung' | 'misread';
  readonly report: string;
}

/** An index that shows a fault. */
export interface Finding {
  readonly bytes: Uint8Array;
  readonly what: 'the walk fell' | 'the walk took long' | Fault['kind'];
  readonly report: string;
}

export interface FuzzReport {
  readonly tried: number;
  readonly accepted: number;
  readonly kept: number;
  readonly findings: readonly Finding[];
}

type Verdict =
  | { readonly kind: 'accepted'; readonly contents: IndexContents }
  /** `as`: the code, and which field or reason. */
  | { readonly kind: 'refused'; readonly code: string; readonly as: string }
  | { readonly kind: 'fell'; readonly error: unknown };

/** What the gate says of an index (`openIndex`), but for the engine behind it. */
export function judge(bytes: Uint8Array): Verdict {
  try {
    const contents = walkBytes(bytes, walkContents(bytes.length));
    requireUsable('', contents);
    return { kind: 'accepted', contents };
  } catch (error) {
    if (!(error instanceof VoronoiceError)) return { kind: 'fell', error };
    const { code, details } = error;
    return { kind: 'refused', code, as: [code, details['field'], details['why']].join(' ') };
  }
}

const LONG_WALK_MS = 2_000;
const MOST_KEPT = 5_000;
const MOST_BYTES = 1 << 17;
/** More of them are mostly the same again. */
const MOST_FINDINGS = 20;
/** Handed to the engine together: on a busy machine each change from one process to the other is dear. */
const BATCH = 32;

interface Accepted {
  readonly bytes: Uint8Array;
  readonly contents: IndexContents;
}

/**
 * Damages indexes, and holds the gate and the engine against each other: what the gate accepts, the engine uses without a
 * fault, and takes for the same. Indexes that take the engine where none took it, or that the gate refuses in a way not seen
 * before, are damaged further.
 *
 * @param until Asked now and then.
 */
export async function fuzzIndexes(
  seeds: readonly Uint8Array[],
  trial: Pick<Trial, 'use'>,
  { seed, until }: { readonly seed: number; readonly until: (tried: number) => boolean },
): Promise<FuzzReport> {
  const next = random(seed);
  const queue = [...seeds];
  const seen = new Set<string>();
  const findings: Finding[] = [];
  let tried = 0;
  let accepted = 0;
  const keep = (bytes: Uint8Array): void => {
    if (queue.length < MOST_KEPT) queue.push(bytes);
  };
  while (!until(tried) && findings.length < MOST_FINDINGS) {
    const batch: Accepted[] = [];
    for (const end = tried + BATCH; tried < end; tried++) {
      const parent = queue[tried < queue.length ? tried : below(next, queue.length)] ?? new Uint8Array();
      const bytes = tried < seeds.length ? parent : mutate(parent, next, seeds).subarray(0, MOST_BYTES);
      const begin = performance.now();
      const verdict = judge(bytes);
      if (performance.now() - begin > LONG_WALK_MS) findings.push({ bytes, what: 'the walk took long', report: '' });
      switch (verdict.kind) {
        case 'fell':
          findings.push({ bytes, what: 'the walk fell', report: String(verdict.error) });
          break;
        case 'refused':
          if (!seen.has(verdict.as)) keep(bytes);
          seen.add(verdict.as);
          break;
        case 'accepted':
          batch.push({ bytes, contents: verdict.contents });
          break;
        default:
          assertNever(verdict);
      }
    }
    const outcomes = await trial.use(batch.map(({ bytes }) => bytes));
    for (const [at, outcome] of outcomes.entries()) {
      const { bytes, contents } = batch[at]!;
      const fault = faultOf(outcome, contents);
      if (fault !== null) findings.push({ bytes, what: fault.kind, report: fault.report });
      if ('fresh' in outcome && outcome.fresh > 0) keep(bytes);
    }
    accepted += batch.length;
  }
  return { tried, accepted, kept: queue.length - seeds.length, findings };
}

/**
 * What was accepted is used, and is to the engine what it is to the gate. Vectors whose ids are no row numbers cannot be asked for
 * one after the other.
 */
export function faultOf(outcome: Outcome, { facts, ids }: IndexContents): Fault | null {
  switch (outcome.kind) {
    case 'used': {
      const { dimension, vectors, nlist, nprobe } = facts;
      const [gate, engine] = [{ dimension, vectors, nlist, nprobe }, outcome.as].map((taken) => JSON.stringify(taken));
      return gate === engine ? null : { kind: 'misread', report: `gate ${gate}, engine ${engine}` };
    }
    case 'refused':
      return ids?.idsSequential === true ? outcome : null;
    case 'crashed':
    case 'hung':
      return outcome;
    default:
      return assertNever(outcome);
  }
}
