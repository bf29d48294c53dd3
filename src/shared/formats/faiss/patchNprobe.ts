import { VoronoiceError } from '@shared/contract/errors';
import type { IndexFacts } from './container';

/** Bytes to write over a file at `offset`. */
export interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * The eight bytes that change how many groups a search looks into. `nprobe` is a field of the file, so the index needs
 * no new training; both RVC and Applio use the value they find there.
 *
 * @param nprobe 1..nlist
 * @throws `INDEX_UNSUPPORTED` for a type without groups, `NPROBE_TOO_LARGE` for a number out of range
 */
export function patchNprobe(facts: IndexFacts, nprobe: number): Patch {
  if (facts.nprobeOffset === null || facts.nlist === null) {
    throw new VoronoiceError('INDEX_UNSUPPORTED', `An index of type ${facts.type} has no groups to look into.`, {
      type: facts.type,
    });
  }
  if (!Number.isInteger(nprobe) || nprobe < 1 || nprobe > facts.nlist) {
    throw new VoronoiceError(
      'NPROBE_TOO_LARGE',
      `The index has ${facts.nlist} groups, so it cannot look into ${nprobe} of them.`,
      { nprobe, nlist: facts.nlist },
    );
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(nprobe), true);
  return { offset: facts.nprobeOffset, bytes };
}
