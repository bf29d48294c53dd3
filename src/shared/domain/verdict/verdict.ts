import {
  type QualityPoint,
  type QueryOrigin,
  type Relation,
  type Suggestion,
  type Verdict,
  type VerdictAction,
  VerdictCheck,
  type VerdictFinding,
  VerdictLevel,
  type VerdictRow,
} from '@shared/contract/measurement';
import type { IndexOutline, IndexFile } from '@shared/contract/voices';
import type { ExportWarning } from '@shared/contract/exportWarning';
import { byMode } from '../hosts';
import type { ModeRules } from '../hosts/rules';
import { tooSmall } from '../measures/listSizes';
import { FRAMES_PER_SECOND, NEIGHBORS, versionOf } from '../rvc';
import { structureFitness, worstFlaw } from './structure';

/**
 * The thresholds, calibrated on generated voices (docs/decisions/0007-verdict-thresholds.md). What is not here is exact:
 * one missing neighbor, one wrong id or an unknown dimension is one too many.
 */
export const THRESHOLDS = {
  /** Mean norm of the vectors: HuBERT's lie between 5 and 16, normalized ones at 1. */
  norm: { normalizedBelow: 3, usualFrom: 5, usualTo: 16 },
  /** Mean norm of the blends over that of the frames: 0.8 to 1 in a healthy index. */
  normRatio: { wrongBelow: 0.5 },
  /** recall@8 at the stored nprobe: below half, more is wrong than right. */
  recall: { goodFrom: 0.7, poorBelow: 0.5 },
  /** The same when the voice or the index itself asks: neighbors of the same second are easy to find. */
  ownRecall: { goodFrom: 0.85, poorBelow: 0.7 },
  /** Share of frames that sound different from the original features: from half on, most of the voice has changed. */
  changed: { mostFrom: 0.5 },
} as const;

/** Everything that may be known about an index; what is not known is null or left out. */
export interface VerdictInput {
  readonly facts: IndexOutline;
  /** Whether the ids are exactly 0..N-1. */
  readonly idsSequential?: boolean | null;
  /** Whether part of the file was never written. */
  readonly incomplete?: boolean | null;
  /** Stored vectors of nothing but zeros. */
  readonly zero?: number | null;
  /** Stored vectors that are not finite. */
  readonly nonFinite?: number | null;
  /** Mean L2 norm of the stored vectors. */
  readonly meanNorm?: number | null;
  /** At the stored nprobe. */
  readonly quality?: QualityPoint | null;
  /** Who asked. */
  readonly origin?: QueryOrigin | null;
  readonly suggestion?: Suggestion | null;
  /** By its number of vectors; `relation` says more. */
  readonly stale?: IndexFile['stale'];
  /** How it and the voice relate. */
  readonly relation?: Relation | null;
  /** Warnings about its name and place (domain/hosts/names.ts). */
  readonly nameWarnings?: readonly ExportWarning[] | null;
}

interface Finding<Check extends VerdictCheck = VerdictCheck> {
  readonly finding: VerdictFinding<Check>;
  readonly level: VerdictLevel;
  readonly action: VerdictAction;
  readonly values?: VerdictRow['values'];
  /** How ways of using an index take it that take it differently; null: as it is. */
  readonly inMode?: (mode: ModeRules) => VerdictLevel | null;
}

/** All is well with what a check looks at. */
const GOOD = { finding: 'good', level: 'good', action: 'use' } as const;

const enoughFor =
  (vectors: number) =>
  ({ neighbors }: ModeRules): VerdictLevel | null =>
    vectors >= neighbors ? 'usable' : null;

/** Where every vector is compared, groups, nprobe and the metric of the file do not matter. */
const goodWhereAllAreCompared = ({ searches }: ModeRules): VerdictLevel | null => (searches === 'all' ? 'good' : null);

/** A voice of less is never simply good, however well its index finds what little there is. */
const LEAST_SECONDS = 30;

/**
 * The table, in the order in which rows are shown; of equally bad rows the first gives the verdict. First what makes a
 * file useless, then what makes it worse. A rule gives null when nothing is known about what it looks at.
 */
const RULES: { readonly [Check in VerdictCheck]: (input: VerdictInput) => Finding<Check> | null } = {
  container: ({ facts }) => {
    const flaw = worstFlaw(facts);
    const values = { type: facts.type, ...(flaw === null ? {} : { flaw }) };
    switch (structureFitness(facts)) {
      case 'exact':
        return { ...GOOD, values };
      case 'lossy':
        return { finding: 'lossy', level: 'usable', action: 'rebuild', values };
      case 'unknown':
        return { finding: 'untried', level: 'repair', action: 'rebuild', values };
      case 'unusable':
        return { finding: 'unusable', level: 'unusable', action: 'rebuild', values };
    }
  },
  dimension: ({ facts: { dimension } }) => {
    const version = versionOf(dimension);
    return version === null
      ? { finding: 'unknown', level: 'unusable', action: 'rebuild', values: { dimension } }
      : { ...GOOD, values: { dimension, version } };
  },
  empty: ({ facts: { vectors }, quality, relation }) => {
    const values = { vectors, least: NEIGHBORS };
    if (vectors === 0) return { finding: 'none', level: 'unusable', action: 'finish', values };
    if (vectors < NEIGHBORS) {
      return { finding: 'few', level: 'unusable', action: 'rebuild', values, inMode: enoughFor(vectors) };
    }
    // Nothing is found wrong in so little, because hardly anything can be asked; centers stand for more than they are.
    const seconds = vectors / FRAMES_PER_SECOND;
    const measured = quality !== undefined && quality !== null;
    return measured && seconds < LEAST_SECONDS && relation?.vectors !== 'compressed'
      ? {
          finding: 'short',
          level: 'usable',
          action: 'use',
          values: { ...values, seconds: Math.round(10 * seconds) / 10 },
        }
      : { ...GOOD, values };
  },
  ids: ({ idsSequential, incomplete }) => {
    if (incomplete === true) return { finding: 'incomplete', level: 'unusable', action: 'rebuild' };
    if (idsSequential === undefined || idsSequential === null) return null;
    return idsSequential ? GOOD : { finding: 'wrong', level: 'unusable', action: 'rebuild' };
  },
  finite: ({ nonFinite, zero }) => {
    if (nonFinite === undefined || nonFinite === null) return null;
    if (nonFinite > 0) return { finding: 'broken', level: 'repair', action: 'rebuild', values: { count: nonFinite } };
    const zeros = zero ?? 0;
    return zeros > 0
      ? { finding: 'zeros', level: 'usable', action: 'rebuild', values: { count: zeros } }
      : { ...GOOD, values: { count: 0 } };
  },
  scale: judgeScale,
  metric: ({ facts: { metric } }) =>
    metric === 'l2'
      ? { ...GOOD, values: { metric } }
      : {
          finding: 'other',
          level: 'unusable',
          action: 'rebuild',
          values: { metric },
          // The nearest one alone needs no weight, and all vectors are about equally long.
          inMode: (mode) => (mode.neighbors === 1 && metric === 'ip' ? 'usable' : goodWhereAllAreCompared(mode)),
        },
  missing: judgeMissing,
  recall: judgeRecall,
  groups: judgeGroups,
  stale: judgeStale,
  features: (input) => {
    const { relation } = input;
    // Vectors brought to one length lie far from any frame, whose they are.
    if (judgeScale(input)?.finding === 'normalized') return null;
    if (relation === undefined || relation === null || relation.kind === 'unknown') return null;
    const values = { own: relation.indexOfVoice.value };
    return relation.kind === 'other'
      ? { finding: values.own === 0 ? 'none' : 'other', level: 'repair', action: 'chooseFeatures', values }
      : { ...GOOD, values };
  },
  original: (input) => {
    const { quality, relation } = input;
    const blend = quality?.blend ?? null;
    if (blend === null || relation?.kind === 'other' || !isChanged(input)) return null;
    const values = { different: blend.different };
    return blend.different >= THRESHOLDS.changed.mostFrom
      ? { finding: 'changed', level: 'usable', action: 'rebuild', values }
      : { ...GOOD, values };
  },
  name: judgeName,
};

function judgeStale({ facts, stale, relation }: VerdictInput): Finding<'stale'> | null {
  if (relation === undefined || relation === null) {
    if (stale === undefined) return null;
    if (stale === null) return GOOD;
    const { reason, ...values } = stale;
    return { finding: reason, level: 'repair', action: 'rebuild', values };
  }
  const values = { frames: relation.voiceInIndex.n, vectors: facts.vectors, missing: relation.missing.frames };
  switch (relation.kind) {
    case 'whole':
      return relation.vectors === 'compressed' ? { ...GOOD, finding: 'compressed', values } : GOOD;
    case 'part':
      return { finding: 'smaller', level: 'repair', action: 'rebuild', values };
    case 'more':
      // Where the record tells that voices were merged, that was the intention.
      return relation.by === 'record' ? GOOD : { finding: 'larger', level: 'usable', action: 'rebuild', values };
    case 'other':
    case 'unknown':
      return null;
  }
}

/** Whether its vectors are others than the frames: of such ones only what is heard can be held against the voice. */
function isChanged({ relation }: VerdictInput): boolean {
  return relation?.vectors === 'compressed' || relation?.vectors === 'expanded' || relation?.vectors === 'unknown';
}

function judgeScale({ meanNorm, quality }: VerdictInput): Finding<'scale'> | null {
  const norm = meanNorm ?? undefined;
  const ratio = quality?.normRatio;
  if (norm === undefined && ratio === undefined) return null;
  const values = { ...(norm === undefined ? {} : { norm }), ...(ratio === undefined ? {} : { ratio }) };
  const { normalizedBelow, usualFrom, usualTo } = THRESHOLDS.norm;
  const shrunk = ratio !== undefined && ratio < THRESHOLDS.normRatio.wrongBelow;
  if (shrunk || (norm !== undefined && norm < normalizedBelow)) {
    return { finding: 'normalized', level: 'repair', action: 'rebuild', values };
  }
  const usual = norm === undefined || (norm >= usualFrom && norm <= usualTo);
  return usual ? { ...GOOD, values } : { finding: 'unusual', level: 'usable', action: 'rebuild', values };
}

function missingIn({ missing }: ModeRules, empty: number): VerdictLevel | null {
  switch (missing) {
    case 'impossible':
      return 'good';
    case 'othersBlend':
      return empty > 0 ? 'repair' : 'usable';
    // It asks for one alone, and that one is there as long as any is.
    case 'wrongVector':
      return empty > 0 ? 'repair' : 'good';
    case 'blockDropped':
      return null;
  }
}

function judgeMissing({ facts, quality, suggestion, relation }: VerdictInput): Finding<'missing'> | null {
  // How an index of another voice answers this one says nothing about it.
  if (facts.vectors < NEIGHBORS || relation?.kind === 'other') return null;
  if (facts.nprobe === 0) {
    return {
      finding: 'nothing',
      level: 'unusable',
      action: 'setNprobe',
      values: nprobeValues(facts, suggestion),
      inMode: goodWhereAllAreCompared,
    };
  }
  if (quality === undefined || quality === null) {
    if (searchesEverything(facts)) return { ...GOOD, finding: 'whole' };
    return { finding: 'unmeasured', level: 'usable', action: 'measure', inMode: goodWhereAllAreCompared };
  }
  const missing = quality.missing.value;
  const empty = quality.empty.value;
  const dropped = quality.droppedBlocks;
  const values = {
    missing,
    empty,
    ...(dropped === null ? {} : { droppedBlocks: dropped.value }),
    ...nprobeValues(facts, suggestion),
  };
  if (missing === 0) return { ...GOOD, values };
  return {
    finding: dropped === null ? 'some' : 'dropped',
    level: 'repair',
    action: canSearchMore(facts, suggestion) ? 'setNprobe' : 'rebuild',
    values,
    inMode: (mode) => missingIn(mode, empty),
  };
}

function judgeRecall(input: VerdictInput): Finding<'recall'> | null {
  const { facts, quality, origin, suggestion, relation } = input;
  if (quality === undefined || quality === null || relation?.kind === 'other' || isChanged(input)) return null;
  const recall = quality.recall.value;
  const values = {
    ...(quality.same === null ? {} : { same: quality.same.value }),
    recall,
    closeness: quality.closeness.value,
    ...nprobeValues(facts, suggestion),
  };
  const own = origin === 'voice' || origin === 'stored';
  const { goodFrom, poorBelow } = own ? THRESHOLDS.ownRecall : THRESHOLDS.recall;
  const moments = quality.same !== null;
  if (recall >= goodFrom) return { ...GOOD, finding: moments ? 'good' : 'goodNeighbors', values };
  return {
    ...(recall < poorBelow
      ? ({ finding: moments ? 'poor' : 'poorNeighbors', level: 'repair' } as const)
      : ({ finding: moments ? 'low' : 'lowNeighbors', level: 'usable' } as const)),
    action: canSearchMore(facts, suggestion) ? 'setNprobe' : 'rebuild',
    values,
    inMode: (mode) => (mode.neighbors === 1 ? 'usable' : goodWhereAllAreCompared(mode)),
  };
}

function judgeGroups({ facts, quality }: VerdictInput): Finding<'groups'> | null {
  const { lists, nprobe } = facts;
  if (lists === null || facts.vectors === 0) return null;
  const { nlist, empty, small, imbalance } = lists;
  const values = { nlist, empty, small, imbalance, ...(nprobe === null ? {} : { nprobe }) };
  if (nlist > 1 && lists.largest === facts.vectors) {
    return { finding: 'one', level: 'repair', action: 'rebuild', values, inMode: goodWhereAllAreCompared };
  }
  const measured = quality !== undefined && quality !== null;
  if (!measured && tooSmall(lists, nprobe) > 0) {
    return { finding: 'small', level: 'usable', action: 'measure', values, inMode: goodWhereAllAreCompared };
  }
  // Once it is measured, what small groups do is known better than their number.
  return { ...GOOD, values };
}

/** RVC hides files with "trained" in their path, its realtime window refuses other letters than ASCII ones. */
function judgeName({ nameWarnings }: VerdictInput): Finding<'name'> | null {
  if (nameWarnings === undefined || nameWarnings === null) return null;
  const warning = (code: ExportWarning['code']): ExportWarning | undefined =>
    nameWarnings.find((candidate) => candidate.code === code);
  const trained = warning('TRAINED_IN_PATH');
  const nonAscii = warning('NON_ASCII_PATH');
  const first = trained ?? nonAscii ?? warning('AMBIGUOUS_NAME');
  if (first === undefined) return GOOD;
  return {
    finding: first === trained ? 'trained' : first === nonAscii ? 'nonAscii' : 'ambiguous',
    level: trained === undefined ? 'usable' : 'repair',
    action: 'rename',
    values: first.proposal === null ? {} : { proposal: first.proposal },
    inMode: ({ findsByName, asciiPaths }) =>
      !findsByName ? 'good' : asciiPaths && nonAscii !== undefined ? 'unusable' : null,
  };
}

/** Judges what is known. Works on the facts alone; then, when nothing else is wrong, the advice is to measure. */
export function judge(input: VerdictInput): Verdict {
  const findings = VerdictCheck.options.flatMap((check) => {
    const found = RULES[check](input);
    return found === null ? [] : [{ check, ...found }];
  });
  const rows = findings.map(({ check, finding, level, action, values }) => ({
    check,
    finding,
    level,
    action,
    values: values ?? {},
  }));
  const reason = worst(rows);
  return {
    level: reason.level,
    reason,
    action: reason.action,
    rows,
    hosts: byMode((mode) => verdictIn(mode, findings)),
  };
}

function verdictIn(
  mode: ModeRules,
  findings: readonly (Finding & { check: VerdictCheck })[],
): { level: VerdictLevel; check: VerdictCheck } {
  const { level, check } = worst(findings.map((row) => ({ check: row.check, level: row.inMode?.(mode) ?? row.level })));
  return { level, check };
}

function isWorse(level: VerdictLevel, than: VerdictLevel): boolean {
  return VerdictLevel.options.indexOf(level) > VerdictLevel.options.indexOf(than);
}

/** The first of the worst. The container row is always known, so there is one. */
function worst<Row extends { readonly level: VerdictLevel }>(rows: readonly Row[]): Row {
  return rows.reduce((before, row) => (isWorse(row.level, before.level) ? row : before));
}

function searchesEverything({ nlist, nprobe, type }: IndexOutline): boolean {
  if (nlist === null) return type === 'IndexFlatL2' || type === 'IndexFlat';
  return nprobe !== null && nprobe >= nlist;
}

/** Whether a larger nprobe would help: there are more groups, and the curve, when there is one, speaks for more. */
function canSearchMore(facts: IndexOutline, suggestion: Suggestion | null | undefined): boolean {
  if (facts.nprobe === null || searchesEverything(facts)) return false;
  return suggestion === null || suggestion === undefined || suggestion.nprobe > facts.nprobe;
}

function nprobeValues(facts: IndexOutline, suggestion: Suggestion | null | undefined): VerdictRow['values'] {
  return {
    ...(facts.nprobe === null ? {} : { nprobe: facts.nprobe }),
    ...(suggestion === null || suggestion === undefined ? {} : { suggested: suggestion.nprobe }),
  };
}
