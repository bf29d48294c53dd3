import * as v from 'valibot';
import { VoronoiceError } from '@shared/contract/errors';
import { ModelFacts } from '@shared/contract/models';
import { decodeFlac, readFlacHeader } from '@shared/formats/flac';
import { readMp3Frames } from '@shared/formats/mp3';
import { NPY_HEADER_BYTES, parseNpyHeader } from '@shared/formats/npy';
import { readModel } from '@shared/formats/pth/model';
import { recordingFormat } from '@shared/formats/recording';
import { walkBytes } from '@shared/formats/walk';
import { readWavHeader } from '@shared/formats/wav';
import { mutate } from './mutate';
import { below, random } from './random';

/** Everything that reads bytes of unknown origin, but for indexes, which have a fuzzer of their own. */
export const READERS: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  npy: (bytes) => parseNpyHeader(bytes.subarray(0, NPY_HEADER_BYTES), bytes.length),
  wav: (bytes) => walkBytes(bytes, readWavHeader(bytes.length)),
  pickle: (bytes) => v.parse(ModelFacts, readModel(bytes)),
  recording: (bytes) => walkBytes(bytes, recordingFormat(bytes.length)),
  mp3: (bytes) => readMp3Frames(bytes, 0),
  flac: (bytes) => {
    let pieces = 0;
    for (const piece of decodeFlac(readFlacHeader(bytes), bytes)) if (piece.length === 0 || ++pieces === 4) break;
  },
};

export interface WalkerFinding {
  readonly reader: string;
  readonly bytes: Uint8Array;
  readonly report: string;
}

export interface WalkerReport {
  readonly tried: number;
  readonly kept: number;
  readonly findings: readonly WalkerFinding[];
}

const LONG_MS = 2_000;
const MOST_KEPT = 2_000;
const MOST_BYTES = 1 << 16;
/** More of them are mostly the same again. */
const MOST_FINDINGS = 20;

/**
 * Damages files and reads them: what comes out is a value or an error of ours, soon. Files that are refused in a way not
 * seen before are damaged further.
 *
 * @param until Asked before each one.
 */
export function fuzzWalkers(
  seeds: readonly Uint8Array[],
  { seed, until }: { readonly seed: number; readonly until: (tried: number) => boolean },
): WalkerReport {
  const next = random(seed);
  const queue = [...seeds];
  const seen = new Set<string>();
  const findings: WalkerFinding[] = [];
  let tried = 0;
  for (; !until(tried) && findings.length < MOST_FINDINGS; tried++) {
    const parent = queue[below(next, queue.length)] ?? new Uint8Array();
    const bytes = mutate(parent, next, seeds).subarray(0, MOST_BYTES);
    let isNew = false;
    for (const [reader, read] of Object.entries(READERS)) {
      const begin = performance.now();
      const said = outcome(() => read(bytes));
      const spent = performance.now() - begin;
      if (said.fault !== null) findings.push({ reader, bytes, report: said.fault });
      if (spent > LONG_MS) findings.push({ reader, bytes, report: `It took ${spent} ms.` });
      const way = `${reader} ${said.way}`;
      isNew ||= !seen.has(way);
      seen.add(way);
    }
    if (isNew && queue.length < MOST_KEPT) queue.push(bytes);
  }
  return { tried, kept: queue.length - seeds.length, findings };
}

/** `way`: the sentence without its numbers and quotations, which tells one refusal from another. */
function outcome(read: () => unknown): { readonly way: string; readonly fault: string | null } {
  try {
    read();
    return { way: 'read', fault: null };
  } catch (error) {
    if (!(error instanceof VoronoiceError)) return { way: 'fault', fault: String(error) };
    return { way: `${error.code} ${error.message.replace(/"[^"]*"|[\d.-]+/gu, '')}`, fault: null };
  }
}
