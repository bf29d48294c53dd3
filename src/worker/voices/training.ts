import { basename, join } from 'node:path';
import type { Version } from '@shared/contract/primitives';
import type { Checkpoint } from '@shared/contract/voices';
import { isHostLayout, LAYOUTS, layouts } from '@shared/domain/hosts';
import { wholeNumber } from '@shared/domain/maths/wholeNumber';
import { readRange, readSmallFile, withOpenFile } from '../files/randomAccess';
import type { Place } from './place';

interface TrainLog {
  readonly version: Version | null;
  readonly sampleRate: string | null;
  readonly f0: boolean | null;
  readonly epoch: number | null;
}

const LOG_PIECE = 64 << 10;

/** RVC's train.log begins with the settings, as Python prints a dictionary, and ends with the last epoch. */
export async function readTrainLog(experiment: string): Promise<TrainLog> {
  const { head, tail } = await readEnds(join(experiment, 'train.log'));
  const version = /'version': '(v[12])'/.exec(head)?.[1];
  const f0 = /'if_f0': (\d|True|False)/.exec(head)?.[1];
  const epochs = [...tail.matchAll(/====> Epoch: (\d+)/g)].map((match) => wholeNumber(match[1]));
  return {
    version: version === 'v1' || version === 'v2' ? version : null,
    sampleRate: /'sample_rate': '(\w{2,8})'/.exec(head)?.[1] ?? null,
    f0: f0 === undefined ? null : f0 === '1' || f0 === 'True',
    epoch: epochs.at(-1) ?? null,
  };
}

async function readEnds(path: string): Promise<{ head: string; tail: string }> {
  try {
    return await withOpenFile(path, async (handle, { size }) => {
      const text = async (offset: number): Promise<string> =>
        (await readRange(handle, offset, LOG_PIECE)).toString('utf8');
      return { head: await text(0), tail: await text(Math.max(0, Number(size) - LOG_PIECE)) };
    });
  } catch {
    // Most voices have no such log, and it only says more of them.
    return { head: '', tail: '' };
  }
}

/** What config.json says of it, in the words of any layout. */
export async function configuredRate(experiment: string): Promise<string | null> {
  const data = field(await readSmallJson(join(experiment, 'config.json')), 'data');
  for (const [, { rateKey }] of layouts()) {
    const rate = rateKey === null ? undefined : field(data, rateKey);
    if (typeof rate === 'number' && rate > 0 && rate < 1_000_000) return `${rate / 1_000}k`;
  }
  return null;
}

/** What made the features, where it is written down or their folder is named after it; else null. */
export async function embedderOf({ layout, path, featuresPath }: Place): Promise<string | null> {
  const written = await writtenEmbedder(path);
  if (written !== null) return written;
  const own = isHostLayout(layout) ? LAYOUTS[layout].embedder : null;
  if (own === null || !('folderEnding' in own) || featuresPath === null) return null;
  const folder = basename(featuresPath);
  return folder.endsWith(own.folderEnding) ? folder.slice(0, -own.folderEnding.length) : folder;
}

/** The same as a file in a folder says it, beside features or an index. */
export async function writtenEmbedder(folder: string): Promise<string | null> {
  for (const [, { embedder }] of layouts()) {
    if (embedder === null || !('file' in embedder)) continue;
    const written = field(await readSmallJson(join(folder, embedder.file)), embedder.field);
    if (typeof written === 'string' && written !== '') return written.slice(0, 300);
  }
  return null;
}

const MAX_JSON = 1 << 20;

async function readSmallJson(path: string): Promise<unknown> {
  try {
    return JSON.parse((await readSmallFile(path, MAX_JSON)).toString('utf8')) as unknown;
  } catch {
    // Hosts that write no such file are told by other signs.
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** How far the training has come, by its log and by what it has saved. */
export function latestEpoch(logged: number | null, checkpoints: readonly Checkpoint[]): number | null {
  const epochs = [logged, ...checkpoints.map(({ epoch }) => epoch)].filter((epoch) => epoch !== null);
  return epochs.length === 0 ? null : Math.max(...epochs);
}
