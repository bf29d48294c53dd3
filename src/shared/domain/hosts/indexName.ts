import type { Version } from '@shared/contract/primitives';
import type { IndexKind } from '@shared/contract/voices';

/** What a file name says about its index. */
export interface ParsedIndexName {
  readonly kind: IndexKind;
  readonly nlist: number | null;
  readonly nprobe: number | null;
  /** Experiment or model; null when the name does not say. */
  readonly name: string | null;
  readonly version: Version | null;
}

/** What goes into the name of an index with groups of full vectors. */
export interface AddedNameParts {
  readonly nlist: number;
  readonly nprobe: number;
  /** The experiment. */
  readonly name: string;
  /** Null leaves the suffix out (features of neither v1 nor v2). */
  readonly version: Version | null;
}

/** The same for an index of any kind. */
export interface BuiltNameParts extends Pick<AddedNameParts, 'name' | 'version'> {
  /** FAISS index factory string. */
  readonly factory: string;
  readonly nprobe: number | null;
}

/** `_{exp}_{version}`, either part may be missing. */
export function splitTail(tail: string): Pick<ParsedIndexName, 'name' | 'version'> {
  const version = tail.endsWith('_v1') ? 'v1' : tail.endsWith('_v2') ? 'v2' : null;
  const name = version === null ? tail.slice(1) : tail.slice(1, -'_v1'.length);
  return { name: name === '' ? null : name, version };
}
