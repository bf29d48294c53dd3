import type { ErrorDetails } from '@shared/contract/errors';
import type { VerdictRow } from '@shared/contract/measurement';
import type { Problem } from '@shared/contract/primitives';
import type { IndexOutline } from '@shared/contract/voices';
import { NEIGHBORS } from '../rvc';
import { judge, type VerdictInput } from './verdict';

/** What speaks against a file, as an error says it. */
export interface Objection {
  readonly problem: Problem;
  /** Hosts fail with it; without, it works and sounds wrong. */
  readonly stops: boolean;
}

/** What a look into the file may have found (formats/faiss/checkIds.ts). */
export type Contents = Pick<VerdictInput, 'idsSequential' | 'incomplete' | 'nonFinite' | 'zero' | 'meanNorm'>;

/**
 * What the verdict holds against a file itself, wherever it lies and whatever was measured. An empty list means that
 * nothing was found, not that everything was examined.
 */
export function objections(facts: IndexOutline, contents: Contents = {}): Objection[] {
  return judge({ ...contents, facts }).rows.flatMap((row) => {
    const objection = objectionTo(row, facts);
    return objection === null ? [] : [objection];
  });
}

/** The same without what only sounds wrong. */
export function problemsOf(facts: IndexOutline, contents: Contents = {}): Problem[] {
  return objections(facts, contents).flatMap(({ problem, stops }) => (stops ? [problem] : []));
}

function objectionTo({ check, finding, values }: VerdictRow, facts: IndexOutline): Objection | null {
  switch (`${check}.${finding}`) {
    case 'container.unusable':
    case 'container.untried': {
      const message = structureSentence(facts, values['flaw']);
      return unfit('type', message, { type: facts.type, flaw: String(values['flaw']) });
    }
    case 'dimension.unknown':
      return stopping('INDEX_DIMENSION', `No RVC model works with ${facts.dimension} dimensions.`, {
        dimension: facts.dimension,
      });
    case 'empty.none':
      return stopping('INDEX_NO_VECTORS', 'The index holds no vectors.', { trained: facts.trained });
    case 'empty.few':
      return unfit('few', `${facts.vectors} vectors are fewer than the ${NEIGHBORS} neighbors asked for.`, {
        vectors: facts.vectors,
      });
    case 'ids.incomplete':
      return stopping('INDEX_TRUNCATED', 'Part of the index was never written: it holds nothing but zeros.', {});
    case 'ids.wrong':
      return unfit('ids', 'The ids in the index are not row numbers, so hosts would fetch the wrong vectors.');
    case 'finite.broken':
      return unfit('finite', `${values['count'] ?? 0} stored vectors are not finite numbers.`, values);
    case 'finite.zeros':
      return sounding('zeros', `${values['count'] ?? 0} of the vectors looked at hold nothing but zeros.`, values);
    case 'scale.normalized':
      return sounding('scale', 'The vectors were brought to one length; hosts need them at their own.', values);
    case 'metric.other':
      return unfit('metric', 'The index does not measure squared L2 distances.', { metric: facts.metric });
    case 'missing.nothing':
      return unfit('nprobe', 'The index is set to search no group at all.', { nprobe: 0 });
    default:
      return null;
  }
}

function structureSentence({ type }: IndexOutline, flaw: string | number | undefined): string {
  switch (flaw) {
    case 'newer':
      return `An index of type ${type} needs a newer FAISS than the hosts have.`;
    case 'listsElsewhere':
      return 'The index keeps its vectors in another file.';
    case 'noLists':
      return 'The index was saved without its vectors.';
    case 'normalizing':
      return 'The index gives its vectors back with length 1; hosts need them at their own.';
    case 'notInvertible':
      return `An index of type ${type} cannot give back what was put in.`;
    default:
      return `An index of type ${type} does not work in the hosts.`;
  }
}

function stopping(code: Problem['code'], message: string, details: ErrorDetails): Objection {
  return { problem: { code, message, details }, stops: true };
}

function unfit(reason: string, message: string, details: ErrorDetails = {}): Objection {
  return stopping('INDEX_NOT_FOR_HOST', message, { reason, ...details });
}

function sounding(reason: string, message: string, details: ErrorDetails): Objection {
  return { ...unfit(reason, message, details), stops: false };
}
