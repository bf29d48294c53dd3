import { assertNever } from '../assertNever';

/** How one vector is stored. */
export type Code =
  | { readonly kind: 'flat' }
  | { readonly kind: 'scalar'; readonly type: 'SQ4' | 'SQ6' | 'SQ8' | 'SQfp16' }
  | {
      readonly kind: 'product';
      readonly subquantizers: number;
      readonly bits: number;
      /** `np` leaves the training for polysemous codes out. */
      readonly polysemous: boolean;
    }
  | {
      readonly kind: 'fastScan';
      readonly subquantizers: number;
      readonly residual: boolean;
      /** Vectors that are scanned together. */
      readonly block: number;
    }
  /** A second product quantizer for what the first leaves over. */
  | { readonly kind: 'twoProducts'; readonly first: number; readonly second: number }
  | { readonly kind: 'lsh'; readonly rotated: boolean; readonly thresholds: boolean };

export type Quantizer =
  | { readonly kind: 'flat' }
  | { readonly kind: 'graph'; readonly links: number }
  /** IMI: two halves with 2^bits centers each. */
  | { readonly kind: 'product'; readonly bits: number }
  | { readonly kind: 'index'; readonly parts: readonly FactoryPart[] };

/** Where a part stands: offsets into the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type FactoryPart = Span & PartContent;

type PartContent =
  | {
      readonly kind: 'transform';
      readonly name: 'PCA' | 'PCAR' | 'PCAW' | 'PCAWR' | 'OPQ' | 'ITQ' | 'RR' | 'L2norm' | 'Pad';
      /** OPQ's; else null. */
      readonly blocks: number | null;
      /** Dimensions that come out; null keeps them. */
      readonly output: number | null;
    }
  | { readonly kind: 'lists'; readonly nlist: number; readonly quantizer: Quantizer }
  /** HNSW. */
  | { readonly kind: 'graph'; readonly links: number }
  | { readonly kind: 'code'; readonly code: Code }
  /** Distances computed again with another index; `RFlat` and `Refine(Flat)` are the same. */
  | { readonly kind: 'refine'; readonly by: readonly FactoryPart[] }
  | { readonly kind: 'idMap'; readonly name: 'IDMap' | 'IDMap2' };

/** Why FAISS refuses a string, with the values that a sentence about it needs. */
export type Problem =
  | { readonly reason: WithoutValues; readonly values: Readonly<Record<string, never>> }
  | { readonly reason: 'letterCase'; readonly values: { readonly expected: string } }
  | { readonly reason: 'tooSmall'; readonly values: { readonly value: number; readonly least: number } }
  | { readonly reason: 'numberTooLarge'; readonly values: { readonly most: number } }
  | { readonly reason: 'tooManyBits'; readonly values: { readonly bits: number; readonly most: number } }
  | {
      readonly reason: 'notDivisible';
      readonly values: { readonly dimension: number; readonly subquantizers: number };
    }
  | { readonly reason: 'outputTooLarge'; readonly values: { readonly output: number; readonly dimension: number } }
  /** FastScan's blocks are multiples of 32. */
  | { readonly reason: 'block'; readonly values: { readonly block: number } }
  /** The lists are found with an index that cannot learn from so few centers. */
  | { readonly reason: 'fewLists'; readonly values: { readonly nlist: number; readonly least: number } };

type WithoutValues =
  | 'empty'
  /** Something has to follow: a code behind lists, an index behind a transform. */
  | 'incomplete'
  | 'unknownPart'
  | 'space'
  | 'parentheses'
  /** Known, but not here. */
  | 'misplaced'
  /** A refinement within a refinement's parentheses. */
  | 'nestedRefine'
  | 'noLists'
  /** It exists for squared L2 distances only. */
  | 'metric';

/** `newer`: FAISS after 1.7.3 knows it. `uncommon`: FAISS knows it. `large`: it may not fit into memory. */
export type UnknownReason = 'newer' | 'uncommon' | 'large';

/** A string that FAISS refuses, and the place of the offending part. */
export type InvalidFactory = Span & Problem & { readonly state: 'invalid' };

/** A string with a part that is not followed here; FAISS decides when the build starts. */
export interface UnknownFactory extends Span {
  readonly state: 'unknown';
  readonly reason: UnknownReason;
}

export type Refused = InvalidFactory | UnknownFactory;

interface Token extends Span {
  readonly text: string;
}

/** Splits a string into its parts and reads each. What is refused wins over what is unknown, then what comes first. */
export function readParts(text: string): { readonly state: 'parts'; readonly parts: readonly FactoryPart[] } | Refused {
  if (text === '') return invalid({ reason: 'empty', values: {} }, { start: 0, end: 0 });
  // Nothing that FAISS takes contains a space.
  const space = /\s+/u.exec(text);
  if (space !== null) {
    return invalid({ reason: 'space', values: {} }, { start: space.index, end: space.index + space[0].length });
  }
  const tokens = split(text, 0);
  if (!Array.isArray(tokens)) return tokens;
  const read = tokens.flatMap((token, index) => readToken(token, tokens, index));
  const refused = read.filter(isRefused);
  const first = refused.find(({ state }) => state === 'invalid') ?? refused[0];
  if (first !== undefined) return first;
  return { state: 'parts', parts: read.filter(isPart) };
}

/** At the commas outside of parentheses. */
function split(text: string, offset: number): Token[] | InvalidFactory {
  const tokens: Token[] = [];
  const open: number[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const letter = text[at];
    if (letter === '(') open.push(at);
    if (letter === ')' && open.pop() === undefined) {
      return invalid({ reason: 'parentheses', values: {} }, { start: offset + at, end: offset + at + 1 });
    }
    if (at === text.length || (letter === ',' && open.length === 0)) {
      tokens.push({ text: text.slice(start, at), start: offset + start, end: offset + at });
      start = at + 1;
    }
  }
  const [unclosed] = open;
  return unclosed === undefined
    ? tokens
    : invalid({ reason: 'parentheses', values: {} }, { start: offset + unclosed, end: offset + unclosed + 1 });
}

function readToken(token: Token, tokens: readonly Token[], index: number): (FactoryPart | Refused)[] {
  const { text, start, end } = token;
  if (text === '') {
    // "HNSW32," is a graph over full vectors.
    const before = tokens[index - 1];
    if (before !== undefined && index === tokens.length - 1 && /^(HNSW|NSG)[0-9]*$/.test(before.text)) return [];
    return [invalid({ reason: 'incomplete', values: {} }, before ?? token)];
  }
  for (const { pattern, read } of PARTS) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const numbers = found.slice(1).filter((group: string | undefined) => group !== undefined && /^[0-9]+$/.test(group));
    if (numbers.some((digits) => Number(digits) > MOST_INT))
      return [invalid({ reason: 'numberTooLarge', values: { most: MOST_INT } }, token)];
    const parts = read(found);
    if (parts === 'uncommon' || parts === 'newer') return [unknown(parts, token)];
    return parts.map((part) => ({ ...part, start, end }));
  }
  return [readNested(token) ?? unknownPart(token)];
}

/** C++'s int: FAISS's process ends at larger numbers. */
const MOST_INT = 2 ** 31 - 1;

/** `IVF100(…)` and `Refine(…)`. */
function readNested(token: Token): FactoryPart | Refused | null {
  const found = /^(IVF([0-9]+)|Refine)\((.*)\)$/.exec(token.text);
  if (found === null) return null;
  const [, head = '', lists, within = ''] = found;
  if (lists !== undefined && Number(lists) > MOST_INT)
    return invalid({ reason: 'numberTooLarge', values: { most: MOST_INT } }, token);
  const offset = token.start + head.length + 1;
  if (within === '') return invalid({ reason: 'incomplete', values: {} }, token);
  // FAISS looks for the last "Refine(" of the string and cuts it there.
  const nested = within.indexOf(',Refine(');
  if (lists === undefined && nested >= 0) {
    return invalid({ reason: 'nestedRefine', values: {} }, { start: offset + nested + 1, end: token.end });
  }
  const read = readParts(within);
  if (read.state !== 'parts') return { ...read, start: read.start + offset, end: read.end + offset };
  const parts = read.parts.map((part) => moved(part, offset));
  const { start, end } = token;
  return lists === undefined
    ? { kind: 'refine', by: parts, start, end }
    : { kind: 'lists', nlist: Number(lists), quantizer: { kind: 'index', parts }, start, end };
}

function moved(part: FactoryPart, offset: number): FactoryPart {
  const span = { start: part.start + offset, end: part.end + offset };
  const inside = (parts: readonly FactoryPart[]): FactoryPart[] => parts.map((inner) => moved(inner, offset));
  if (part.kind === 'refine') return { ...part, by: inside(part.by), ...span };
  if (part.kind === 'lists' && part.quantizer.kind === 'index') {
    return { ...part, quantizer: { kind: 'index', parts: inside(part.quantizer.parts) }, ...span };
  }
  return { ...part, ...span };
}

function unknownPart(token: Token): InvalidFactory {
  const expected = SPELLINGS.reduce(
    (text, name) => text.replace(new RegExp(`(?<![A-Za-z])${name}(?![A-Za-z])`, 'giu'), name),
    token.text,
  );
  if (expected !== token.text && PARTS.some(({ pattern }) => pattern.test(expected))) {
    return invalid({ reason: 'letterCase', values: { expected } }, token);
  }
  return invalid({ reason: 'unknownPart', values: {} }, token);
}

const SPELLINGS = [
  'Flat',
  'RFlat',
  'IVF',
  'HNSW',
  'NSG',
  'IMI2x',
  'PQ',
  'OPQ',
  'PCA',
  'PCAR',
  'PCAW',
  'PCAWR',
  'ITQ',
  'RR',
  'Pad',
  'SQ',
  'SQfp',
  'LSH',
  'IDMap',
  'x',
  'fs',
  'fsr',
  'np',
];

interface PartSyntax {
  readonly pattern: RegExp;
  readonly read: (found: RegExpExecArray) => PartContent[] | 'uncommon' | 'newer';
}

/** The syntax of 1.7.3, then what only newer versions read. The patterns exclude one another. */
const PARTS: readonly PartSyntax[] = [
  { pattern: /^Flat$/, read: () => [code({ kind: 'flat' })] },
  { pattern: /^(SQ4|SQ6|SQ8|SQfp16)$/, read: ([type]) => [code({ kind: 'scalar', type: scalarType(type) })] },
  {
    pattern: /^PQ([0-9]+)(?:x([0-9]+))?(np)?$/,
    read: ([, subquantizers, bits, np]) => [code(product(subquantizers, bits, np))],
  },
  {
    pattern: /^PQ([0-9]+)x4fs(r?)(?:_([0-9]+))?$/,
    read: ([, subquantizers, residual, block]) => [
      code({
        kind: 'fastScan',
        subquantizers: Number(subquantizers),
        residual: residual === 'r',
        block: Number(block ?? 32),
      }),
    ],
  },
  {
    pattern: /^PQ([0-9]+)\+([0-9]+)$/,
    read: ([, first, second]) => [code({ kind: 'twoProducts', first: Number(first), second: Number(second) })],
  },
  {
    pattern: /^LSH(r?)(t?)$/,
    read: ([, rotated, thresholds]) => [
      code({ kind: 'lsh', rotated: rotated === 'r', thresholds: thresholds === 't' }),
    ],
  },
  {
    pattern: /^IVF([0-9]+)(?:_HNSW([0-9]*))?$/,
    read: ([, nlist, links]) => [
      {
        kind: 'lists',
        nlist: Number(nlist),
        quantizer: links === undefined ? { kind: 'flat' } : { kind: 'graph', links: linksOf(links) },
      },
    ],
  },
  {
    pattern: /^IMI2x([0-9]+)$/,
    read: ([, bits]) =>
      Number(bits) < 1 || Number(bits) > 12
        ? 'uncommon'
        : [{ kind: 'lists', nlist: 4 ** Number(bits), quantizer: { kind: 'product', bits: Number(bits) } }],
  },
  { pattern: /^HNSW([0-9]*)_?$/, read: ([, links]) => [{ kind: 'graph', links: linksOf(links) }] },
  {
    // The older way to write the code of a graph.
    pattern: /^HNSW([0-9]*)_(?:Flat|(SQ4|SQ6|SQ8|SQfp16)|PQ([0-9]+)(?:x([0-9]+))?(np)?)$/,
    read: ([, links, scalar, subquantizers, bits, np]) => [
      { kind: 'graph', links: linksOf(links) },
      code(
        scalar !== undefined
          ? { kind: 'scalar', type: scalarType(scalar) }
          : subquantizers !== undefined
            ? product(subquantizers, bits, np)
            : { kind: 'flat' },
      ),
    ],
  },
  { pattern: /^PCA(W?)(R?)([0-9]+)$/, read: ([, white, rotated, to]) => [transform(pcaName(white, rotated), to)] },
  { pattern: /^L2[nN]orm$/, read: () => [transform('L2norm', undefined)] },
  { pattern: /^RR([0-9]+)?$/, read: ([, to]) => [transform('RR', to)] },
  { pattern: /^ITQ([0-9]+)?$/, read: ([, to]) => [transform('ITQ', to)] },
  { pattern: /^Pad([0-9]+)$/, read: ([, to]) => [transform('Pad', to)] },
  {
    pattern: /^OPQ([0-9]+)(?:_([0-9]+))?$/,
    read: ([, blocks, to]) => [transform('OPQ', to, Number(blocks))],
  },
  {
    pattern: /^RFlat$/,
    read: ({ 0: { length } }) => [
      { kind: 'refine', by: [{ kind: 'code', code: { kind: 'flat' }, start: 1, end: length }] },
    ],
  },
  { pattern: /^IDMap(2?)$/, read: ([, two]) => [{ kind: 'idMap', name: two === '2' ? 'IDMap2' : 'IDMap' }] },

  // FAISS's NSG ends the process with few vectors, and with some hundred now and then.
  { pattern: /^NSG[0-9]*(?:_|_Flat|_SQ4|_SQ6|_SQ8|_SQfp16|_PQ[0-9]+(?:x[0-9]+)?(?:np)?)?$/, read: () => 'uncommon' },
  { pattern: /^IVF[0-9]+_NSG[0-9]+$/, read: () => 'uncommon' },
  // Quantizers in steps, lattices, hashes and codes over two layers, which FAISS knows.
  { pattern: /^(?:RQ|LSQ|RCQ|LSCQ)[0-9]+x[0-9]+(?:_[0-9]+x[0-9]+)*(?:_N[a-z0-9]+)?$/, read: () => 'uncommon' },
  { pattern: /^(?:RQ|LSQ)[0-9]+x4fsr?(?:_[0-9]+)?(?:_N[a-z0-9]+)?$/, read: () => 'uncommon' },
  { pattern: /^(?:PRQ|PLSQ)[0-9]+x[0-9]+x[0-9]+(?:fsr?)?(?:_[0-9]+)?(?:_N[a-z0-9]+)?$/, read: () => 'uncommon' },
  { pattern: /^Residual[0-9]+(?:x[0-9]+)?$/, read: () => 'uncommon' },
  { pattern: /^ZnLattice[0-9]+x[0-9]+_[0-9]+$/, read: () => 'uncommon' },
  { pattern: /^SH[-0-9.e]*[gcm]?$/, read: () => 'uncommon' },
  { pattern: /^PCAR?$/, read: () => 'uncommon' },
  { pattern: /^FlatDedup$/, read: () => 'uncommon' },
  { pattern: /^MinMax(?:FP16)?$/, read: () => 'uncommon' },
  { pattern: /^(?:HNSW[0-9]*_)?(?:2x)?[0-9]+\+PQ[0-9]*$/, read: () => 'uncommon' },

  { pattern: /^IVF[0-9]+[kM](?:_HNSW[0-9]*|_NSG[0-9]+|\(.*\))?$/, read: () => 'newer' },
  { pattern: /^(?:HNSW[0-9]*_)?SQ(?:bf16|8_direct|8_direct_signed)$/, read: () => 'newer' },
  { pattern: /^LSH[0-9]+r?t?$/, read: () => 'newer' },
  { pattern: /^FlatPanorama[0-9]*$/, read: () => 'newer' },
  { pattern: /^RaBitQ(?:[0-9]+)?(?:fs)?(?:_[0-9]+)?$/, read: () => 'newer' },
];

function code(value: Code): PartContent {
  return { kind: 'code', code: value };
}

function product(subquantizers: string | undefined, bits: string | undefined, np: string | undefined): Code {
  return {
    kind: 'product',
    subquantizers: Number(subquantizers),
    bits: Number(bits ?? 8),
    polysemous: np === undefined,
  };
}

function scalarType(type: string): 'SQ4' | 'SQ6' | 'SQ8' | 'SQfp16' {
  return type === 'SQ4' || type === 'SQ6' || type === 'SQ8' ? type : 'SQfp16';
}

function pcaName(white: string | undefined, rotated: string | undefined): 'PCA' | 'PCAR' | 'PCAW' | 'PCAWR' {
  if (white === 'W') return rotated === 'R' ? 'PCAWR' : 'PCAW';
  return rotated === 'R' ? 'PCAR' : 'PCA';
}

type Transform = Extract<PartContent, { kind: 'transform' }>;

function transform(name: Transform['name'], output: string | undefined, blocks: number | null = null): Transform {
  return { kind: 'transform', name, blocks, output: output === undefined ? null : Number(output) };
}

/** FAISS's own number when none is given. */
function linksOf(digits: string | undefined): number {
  return digits === undefined || digits === '' ? 32 : Number(digits);
}

/**
 * The part that FAISS puts around all others: a refinement at the end, then transforms at the beginning, then ids at
 * either end (the order of faiss/index_factory.cpp, 1.7.3). `plain` when nothing is around.
 */
export function outermost(parts: readonly FactoryPart[]): Outermost {
  const first = parts[0];
  const last = parts.at(-1);
  const butFirst = parts.slice(1);
  const butLast = parts.slice(0, -1);
  if (last?.kind === 'refine') return { kind: 'refine', part: last, inner: butLast };
  if (first?.kind === 'transform') return { kind: 'transform', part: first, inner: butFirst };
  for (const name of ['IDMap2', 'IDMap']) {
    if (last?.kind === 'idMap' && last.name === name) return { kind: 'idMap', part: last, inner: butLast };
    if (first?.kind === 'idMap' && first.name === name) return { kind: 'idMap', part: first, inner: butFirst };
  }
  return { kind: 'plain', parts };
}

export type Outermost =
  | { readonly kind: 'refine'; readonly part: PartOf<'refine'>; readonly inner: readonly FactoryPart[] }
  | { readonly kind: 'transform'; readonly part: PartOf<'transform'>; readonly inner: readonly FactoryPart[] }
  | { readonly kind: 'idMap'; readonly part: PartOf<'idMap'>; readonly inner: readonly FactoryPart[] }
  | { readonly kind: 'plain'; readonly parts: readonly FactoryPart[] };

export type PartOf<Kind extends FactoryPart['kind']> = Extract<FactoryPart, { kind: Kind }>;

export function invalid(problem: Problem, { start, end }: Span): InvalidFactory {
  return { state: 'invalid', ...problem, start, end };
}

export function unknown(reason: UnknownReason, { start, end }: Span): UnknownFactory {
  return { state: 'unknown', reason, start, end };
}

function isPart(value: FactoryPart | Refused): value is FactoryPart {
  return !isRefused(value);
}

function isRefused(value: FactoryPart | Refused): value is Refused {
  return 'state' in value;
}

/** Bytes of one encoded vector (faiss/impl/ScalarQuantizer.cpp, ProductQuantizer.cpp, IndexLSH.cpp). */
export function codeBytes(code: Code, dimension: number): number {
  switch (code.kind) {
    case 'flat':
      return 4 * dimension;
    case 'scalar':
      return Math.ceil((dimension * SCALAR_BITS[code.type]) / 8);
    case 'product':
      return Math.ceil((code.subquantizers * code.bits) / 8);
    case 'fastScan':
      return Math.ceil(code.subquantizers / 2);
    case 'twoProducts':
      return code.first + code.second;
    case 'lsh':
      return Math.ceil(dimension / 8);
    default:
      return assertNever(code);
  }
}

const SCALAR_BITS = { SQ4: 4, SQ6: 6, SQ8: 8, SQfp16: 16 } as const;

/** What the vectors have after a transform. */
export function transformedDimension(part: PartOf<'transform'>, dimension: number): number {
  if (part.output === null) return dimension;
  return part.name === 'Pad' ? Math.max(dimension, part.output) : part.output;
}

/**
 * Whether an IDMap keeps the vectors to itself. IDMap gives none back; IDMap2 asks what it holds for one vector at a
 * time, which lists cannot answer. Asked anyway, FAISS ends the process.
 */
export function idMapKeeps({ name }: PartOf<'idMap'>, inner: readonly FactoryPart[]): boolean {
  return name === 'IDMap' || keptInLists(inner);
}

function keptInLists(parts: readonly FactoryPart[]): boolean {
  const outer = outermost(parts);
  switch (outer.kind) {
    case 'refine':
      return keptInLists(outer.part.by);
    case 'transform':
    case 'idMap':
      return keptInLists(outer.inner);
    case 'plain':
      return outer.parts[0]?.kind === 'lists';
    default:
      return assertNever(outer);
  }
}
