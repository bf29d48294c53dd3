import type { Failure } from '../../contract/errors';
import type { JobRequestOf } from '../../jobs';
import type { ExportPlan, LinkKind } from '../../jobs/exportPlan';
import type { JudgedVoice } from './arranging';

/** One of several hand-overs: what is asked for, and what it would do, or why it cannot. */
export interface PlannedHandOver {
  readonly judged: JudgedVoice;
  readonly request: JobRequestOf<'export'>;
  readonly answer: ExportPlan | Failure;
}

export interface ReadyHandOver extends PlannedHandOver {
  readonly answer: ExportPlan;
}

export type HandOverObstacle =
  | { readonly type: 'failure'; readonly failure: Pick<Failure, 'code' | 'details'> }
  /** Which of the program's slots is meant, only a person can say. */
  | { readonly type: 'slot' }
  /** Another voice among them would write the same file. */
  | { readonly type: 'sameFile'; readonly name: string };

export interface SettledHandOvers {
  readonly ready: readonly ReadyHandOver[];
  readonly refused: readonly { readonly judged: JudgedVoice; readonly obstacle: HandOverObstacle }[];
}

/** Which of several hand-overs can be made, each into a file of its own, and why the others cannot. */
export function settleHandOvers(planned: readonly PlannedHandOver[]): SettledHandOvers {
  const ready: ReadyHandOver[] = [];
  const refused: { readonly judged: JudgedVoice; readonly obstacle: HandOverObstacle }[] = [];
  const writers = new Map<string, string>();
  for (const { judged, request, answer } of planned) {
    const refuse = (obstacle: HandOverObstacle): void => void refused.push({ judged, obstacle });
    if ('code' in answer) {
      refuse({ type: 'failure', failure: answer });
      continue;
    }
    const obstacle = obstacleOf(answer, writers);
    if (obstacle !== null) {
      refuse(obstacle);
      continue;
    }
    for (const { path } of answer.targets) writers.set(oneName(path), judged.voice.name);
    ready.push({ judged, request: { ...request, slot: answer.slot?.id ?? null }, answer });
  }
  return { ready, refused };
}

function obstacleOf(answer: ExportPlan, writers: ReadonlyMap<string, string>): HandOverObstacle | null {
  const [problem] = answer.problems;
  if (problem !== undefined) return { type: 'failure', failure: problem };
  if (answer.targets.length === 0) return { type: 'slot' };
  const name = answer.targets.map(({ path }) => writers.get(oneName(path))).find((writer) => writer !== undefined);
  return name === undefined ? null : { type: 'sameFile', name };
}

/** What is said of several links: that they lead to an index where one of them does; null where there is none. */
export function linkOfSeveral(links: readonly LinkKind[]): LinkKind | null {
  return links.includes('symbolic') ? 'symbolic' : (links[0] ?? null);
}

/** The link that can be offered for several hand-overs, made of each that can be. */
export function linkOf(plans: readonly Pick<ExportPlan, 'bytes' | 'link'>[]): LinkKind | null {
  return linkOfSeveral(plans.flatMap(({ bytes, link }) => (bytes > 0 && link !== null ? [link] : [])));
}

/** What is written of them, in bytes. */
export function bytesOf(plans: readonly Pick<ExportPlan, 'bytes' | 'link'>[], linked: boolean): number {
  return plans.reduce((sum, { bytes, link }) => sum + (linked && link !== null ? 0 : bytes), 0);
}

/** Windows and macOS take names for one that differ in case only. */
const oneName = (path: string): string => path.normalize('NFC').toLowerCase();
