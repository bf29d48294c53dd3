import type { HeardMoments } from '@shared/contract/measurement';
import { momentsIn, type Trace, type TracedFile, tracedShare } from '@shared/domain/sound/trace';
import type { Engine } from '../engine';
import type { FeatureFolder } from '../features/features';
import type { Observation, Searches } from '../measure/measureIndex';
import type { Arrangement } from '../steps/arrange';
import type { Piece } from '../steps/load';
import type { Drafts } from '../steps/trial';
import type { Vectors } from '../steps/vectors';
import { heardIds, heardMoments } from './moments';
import { nearestRows, tracedFiles, traceNearest } from './trace';

/** An index that has just been built of frames, and a trial of it that was asked. */
export interface Built {
  readonly drafts: Drafts;
  readonly whole: Vectors;
  readonly rows: Arrangement;
  /** In the order in which they were loaded. */
  readonly pieces: readonly Piece[];
  /** Of the sources. */
  readonly names: readonly string[];
  readonly features: FeatureFolder;
}

/**
 * Which frame each vector is: how the rows were laid out says it, and of centers what lies nearest to them.
 */
export async function traceBuilt(engine: Engine, built: Built, signal: AbortSignal): Promise<Trace> {
  const { drafts, whole, features } = built;
  const files = filesOf(built);
  if (whole.compression === null) return { files, rows: built.rows.order.slice(0, whole.rows) };
  const rows = new Int32Array(whole.rows).fill(-1);
  await traceNearest(engine, drafts.whole, features, { rows, near: Infinity }, signal);
  return { files, rows };
}

/** Where the searches of the trial can be heard. */
export async function builtMoments(
  engine: Engine,
  built: Built,
  { searches, queries }: Observation,
  trace: Trace,
  signal: AbortSignal,
): Promise<HeardMoments> {
  const ofAll = momentsIn(trace.files);
  const ofOthers = momentsIn(trace.files.filter((_, position) => !built.rows.apart.has(position)));
  const rowOf = await trialRows(engine, built, searches, signal);
  return heardMoments(searches, {
    asked: queries.origin === 'held-out' ? ofAll : ofOthers,
    reference: ofOthers,
    vector: (id) => ofAll(rowOf(id)),
    traced: tracedShare(trace.rows),
  });
}

/** The trial has the rows of the whole in the same order, but centers of its own. */
async function trialRows(
  engine: Engine,
  { drafts, whole, rows: { order }, features }: Built,
  searches: Searches,
  signal: AbortSignal,
): Promise<(id: number) => number> {
  if (whole.compression === null) return (id) => order[id] ?? -1;
  const ids = heardIds(searches);
  const nearest = await nearestRows(engine, drafts.trial, ids, features, Infinity, signal);
  const known = new Map(Array.from(ids, (id, place) => [id, nearest[place] ?? -1]));
  return (id) => known.get(id) ?? -1;
}

/** Position of its voice for each file, where there are several; they are named as in the record. */
function filesOf({ pieces, names, whole, features }: Built): readonly TracedFile[] {
  const voices = [...new Set(whole.origins.map(({ name }) => name))];
  return tracedFiles(features).map((file, position) => {
    const voice = voices.indexOf(names[pieces[position]?.source ?? 0] ?? '');
    return { ...file, voice: voice < 0 ? null : voice };
  });
}
