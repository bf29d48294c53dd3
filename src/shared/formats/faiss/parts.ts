import type { StructureFlaw } from '@shared/contract/voices';
import type { FaissType } from './types';
import type { Walk } from '../walk';

/** How the vectors of an inverted-file index are stored. */
export type ListStorage =
  /** One size for every list. */
  | 'full'
  /** Sizes of the non-empty lists only; FAISS writes it when at most half of them hold something. */
  | 'sparse'
  /** Blocks of interleaved codes, for fast scanning. */
  | 'blocks'
  /** The file was saved without its vectors. */
  | 'none'
  /** The vectors are in a second file. */
  | 'external';

export type DirectMapKind = 'none' | 'array' | 'hashtable';

/** Why a file that is sound as far as it was walked must not be handed to the engine. */
export type Obstacle =
  /** The type, or how it was put together, is known by name only. */
  | { readonly why: 'type' }
  | { readonly why: 'lists-elsewhere' }
  | { readonly why: 'no-lists' }
  /** Only a FAISS after 1.7.3 reads it. */
  | { readonly why: 'newer' }
  /** A setting that makes one search take minutes, or that FAISS's own tools never write. */
  | { readonly why: 'setting'; readonly field: string; readonly value: number };

export interface Header {
  readonly dimension: number;
  readonly ntotal: number;
  readonly trained: boolean;
  readonly metric: 'l2' | 'ip' | 'other';
}

/** The part of an index that depends on its type. */
export interface Body {
  /** Every byte was accounted for. */
  readonly walked: boolean;
  readonly obstacle: Obstacle | null;
  /** All stored vectors can be given back (`reconstruct_n`), as every RVC host asks for. */
  readonly reconstructable: boolean;
  /** Searched by row number: FAISS computes the distance to one stored row and gives that row back. */
  readonly byRow: boolean;
  /** Gives one stored row back by number, where that is not the same as `byRow`. */
  readonly rowsBack?: boolean;
  /** Of the vectors that come back, those of every index inside included. */
  readonly flaws: readonly StructureFlaw[];
  readonly codeSize?: number;
  /** Bits of each part a vector is cut into. */
  readonly partBits?: number;
  readonly flatOffset?: number;
  readonly groups?: Groups;
  readonly lists?: Lists;
  /** The index whose vectors this one wraps. */
  readonly wraps?: Part;
}

/** One index, which may lie inside another. */
export interface Part extends Header, Body {
  readonly fourcc: string;
  readonly type: FaissType;
}

/** The front of every inverted-file index. */
export interface Groups {
  readonly nlist: number;
  readonly nprobe: number;
  readonly nprobeOffset: number;
  /** Absent when the walk stopped before it. */
  readonly quantizer?: Part;
  readonly directMap?: DirectMap;
}

/** Where FAISS finds a vector by its id: `items` records of `stride` bytes, each ending in a place (list << 32 | row). */
export interface DirectMap {
  readonly kind: DirectMapKind;
  readonly offset: number;
  readonly items: number;
  readonly stride: number;
}

export interface Lists {
  readonly storage: ListStorage;
  readonly sizes: Int32Array | null;
  readonly offset: number | null;
}

/** Reads the index that begins here, one level deeper. */
export type NestedReader = (ids: IdUse) => Walk<Part>;

/** `rows`: the index around takes its ids for row numbers and follows them. */
export type IdUse = 'any' | 'rows';

/** A body of which only the header is known. */
export const UNWALKED = {
  walked: false,
  obstacle: { why: 'type' },
  reconstructable: false,
  byRow: false,
  flaws: ['notTried'],
} as const;

/** The same of a type that FAISS 1.7.3 does not read. */
export const NEWER = { ...UNWALKED, obstacle: { why: 'newer' }, flaws: ['newer'] } as const;

/** The first of several, outermost first. */
export function firstObstacle(...obstacles: readonly (Obstacle | null)[]): Obstacle | null {
  return obstacles.find((obstacle) => obstacle !== null) ?? null;
}

/** A setting that is not followed unless `accepted`. */
export function setting(field: string, value: number, accepted: boolean): Obstacle | null {
  return accepted ? null : { why: 'setting', field, value };
}

/** Whether FAISS gives one stored row back by its number. */
export function givesRowsBack({ rowsBack, byRow }: Body): boolean {
  return rowsBack ?? byRow;
}
