import type { Failure } from '@shared/contract/errors';
import type { Figure, Measurement, OriginalQuality, QualityPoint, VerdictLevel } from '@shared/contract/measurement';
import type { BuildRecord, CompressionReport, ExpansionReport, SelectionReport } from '@shared/contract/record';
import type { IndexFile, IndexReport, Voice } from '@shared/contract/voices';
import type { ResultOf } from '@shared/jobs';
import { assertNever } from '@shared/domain/assertNever';
import { HOSTS } from '@shared/domain/hosts';
import { compareMeasurements } from '@shared/domain/measures/compare';
import { FRAMES_PER_MINUTE } from '@shared/domain/rvc';
import { evenness } from '@shared/domain/measures/listSizes';
import { failureWords } from './failure';
import { duration } from './terminal';

/** What a command found or did. */
export type Outcome =
  | { readonly kind: 'train'; readonly value: ResultOf<'train'> }
  | { readonly kind: 'inspect'; readonly value: IndexReport & { readonly facts: NonNullable<IndexReport['facts']> } }
  | { readonly kind: 'measure'; readonly value: Measurement }
  | { readonly kind: 'compare'; readonly indexes: readonly string[]; readonly value: ResultOf<'compare'> }
  | { readonly kind: 'repair'; readonly value: ResultOf<'repair'> }
  | { readonly kind: 'scan'; readonly value: ResultOf<'scan'> }
  | { readonly kind: 'export'; readonly value: ResultOf<'export'> }
  | { readonly kind: 'sample'; readonly value: ResultOf<'sample'> }
  | { readonly kind: 'compress'; readonly value: ResultOf<'compress'> }
  | { readonly kind: 'expand'; readonly value: ResultOf<'expand'> }
  | { readonly kind: 'tune'; readonly value: ResultOf<'tune'> };

/** The one JSON object of `--json`. Its fields are an interface: scripts rely on them. */
export function jsonOf(outcome: Outcome): object {
  switch (outcome.kind) {
    case 'train': {
      const { lists, seconds, ...result } = outcome.value;
      return {
        index: result.index,
        vectors: result.vectors,
        dimension: result.dimension,
        version: result.version,
        nlist: result.nlist,
        nprobe: result.nprobe,
        metric: result.metric,
        factory: result.factory,
        bytes: result.bytes,
        emptyLists: lists?.empty ?? null,
        smallLists: lists?.small ?? null,
        imbalance: lists?.imbalance ?? null,
        compression: result.record.compression,
        expansion: result.record.expansion,
        selection: result.record.selection,
        origins: result.record.origins,
        seconds: {
          read: seconds.read,
          prepare: seconds.prepare,
          train: seconds.train,
          add: seconds.add,
          write: seconds.write,
          total: seconds.total,
        },
        peakRssBytes: result.peakRssBytes,
      };
    }
    case 'inspect': {
      const { facts, problems } = outcome.value;
      return {
        type: facts.type,
        vectors: facts.vectors,
        dimension: facts.dimension,
        metric: facts.metric,
        nlist: facts.nlist,
        nprobe: facts.nprobe,
        trained: facts.trained,
        emptyLists: facts.lists?.empty ?? null,
        smallLists: facts.lists?.small ?? null,
        imbalance: facts.lists?.imbalance ?? null,
        problems: problems.map(({ code, message }) => ({ code, message })),
      };
    }
    case 'measure':
      return measurementJson(outcome.value);
    case 'compare': {
      const { items } = outcome.value;
      return {
        items: items.map((item, place) => ({ index: outcome.indexes[place], ...measurementJson(item) })),
        rows: compareMeasurements(items),
      };
    }
    case 'repair': {
      const { index, backup, before, after } = outcome.value;
      return { index, backup, nprobe: { before: before?.nprobe ?? null, after: after.nprobe } };
    }
    case 'scan':
    case 'export':
    case 'sample':
    case 'compress':
    case 'expand':
    case 'tune':
      return outcome.value;
    default:
      return assertNever(outcome);
  }
}

/** Remarks of a result that a script must not miss even when it reads only the JSON: they go to the error output. */
export function remarksOf(outcome: Outcome): readonly string[] {
  if (outcome.kind !== 'train') return [];
  return outcome.value.notes.map(({ code, file, message }) => `${code}${file === null ? '' : ` ${file}`}: ${message}`);
}

/** The same for people. */
export function textOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'train':
      return trainText(outcome.value);
    case 'inspect':
      return inspectText(outcome.value);
    case 'measure':
      return measurementText(outcome.value);
    case 'compare':
      return compareText(outcome.indexes, outcome.value);
    case 'repair': {
      const { index, backup, before, after } = outcome.value;
      return paragraph([
        `A search now looks into ${after.nprobe ?? '?'} groups instead of ${before?.nprobe ?? '?'}.`,
        index,
        ...(backup === null ? [] : [`  the original is kept: ${backup}`]),
      ]);
    }
    case 'scan':
      return scanText(outcome.value);
    case 'export':
      return exportText(outcome.value);
    case 'sample': {
      const { folder, files, frames, bytes } = outcome.value;
      return paragraph([
        `A voice to try: ${minutes(frames)}, ${count(frames)} frames in ${count(files)} files, ${megabytes(bytes)}.`,
        folder,
      ]);
    }
    case 'compress': {
      const { file, frames, vectors, bytes, seconds } = outcome.value;
      return paragraph([
        `${count(frames)} frames became ${count(vectors)} vectors, ${megabytes(bytes)}, in ${duration(seconds.total)}.`,
        compressionLine(outcome.value),
        file,
      ]);
    }
    case 'expand': {
      const { folder, files, frames, seconds } = outcome.value;
      return paragraph([
        `${count(frames)} frames in ${count(files)} files expanded in ${duration(seconds.total)}.`,
        expansionLine(outcome.value),
        folder,
      ]);
    }
    case 'tune':
      return tuneText(outcome.value);
    default:
      return assertNever(outcome);
  }
}

/** Figures in scripts are plain numbers; their intervals stand beside them under the same names. */
function measurementJson(measurement: Measurement): object {
  const { queries, stored, curve, original, expansion, origins, suggestion, verdict } = measurement;
  const { n, seed, optimistic, origin } = queries;
  const plain = ({ nprobe, recall, closeness, missing, empty, droppedBlocks, blend, normRatio }: QualityPoint) => ({
    nprobe,
    recall: recall.value,
    closeness: closeness.value,
    missing: missing.value,
    empty: empty.value,
    droppedBlocks: droppedBlocks?.value ?? null,
    blend,
    normRatio,
    intervals: { recall: span(recall), closeness: span(closeness), missing: span(missing) },
  });
  return {
    queries: { n, seed, origin, optimistic },
    stored: plain(stored),
    curve: curve.map(({ msPerSecond, ...point }) => ({
      ...plain(point),
      msPerSecond: { ...msPerSecond.oneThread, allThreads: msPerSecond.allThreads },
    })),
    original: original === null ? null : originalJson(original),
    expansion,
    origins: origins === null ? null : origins.voices,
    suggestion,
    verdict: {
      level: verdict.level,
      reason: verdict.reason.check,
      action: verdict.action,
      hosts: Object.fromEntries(Object.entries(verdict.hosts).map(([host, { level }]) => [host, level])),
    },
  };
}

function originalJson({ recall, closeness, blend, distance }: OriginalQuality): object {
  return {
    recall: recall.value,
    closeness: closeness.value,
    blend,
    distance: distance === null ? null : { value: distance.value, n: distance.n },
    intervals: {
      recall: span(recall),
      closeness: span(closeness),
      distance: distance === null ? null : span(distance),
    },
  };
}

function span({ low, high }: Figure): readonly [number, number] {
  return [low, high];
}

function measurementText(measurement: Measurement): string {
  const { queries, stored, curve, original, expansion, origins, suggestion, verdict, facts } = measurement;
  const asked = `${count(queries.n)} frames asked${queries.optimistic ? ' (optimistic: the index has seen them)' : ''}`;
  const lines = [
    `${LEVEL_WORDS[verdict.level]} Finds ${(stored.recall.value * 100).toFixed(0)} of 100 neighbors; ${percent(stored.missing.value)} of the frames miss one.`,
    `${asked}, ${facts.type}, ${count(facts.vectors)} vectors.`,
    '',
    table([
      ['nprobe', 'finds     as near   missing   ms per second of audio'],
      ...curve.map((point): [string, string] => [
        `${point.nprobe ?? '-'}${point.nprobe === stored.nprobe ? ' (stored)' : ''}`,
        [point.recall.value, point.closeness.value, point.missing.value]
          .map((value) => percent(value).padEnd(10))
          .join('') + point.msPerSecond.oneThread.p95.toFixed(1),
      ]),
    ]),
  ];
  if (original !== null) lines.push('', ...originalText(original));
  if (expansion !== null) {
    lines.push('', `Expanded: the cosine of a frame with what it became is ${expansion.median.toFixed(3)} (median).`);
  }
  if (origins !== null) {
    lines.push('', 'Voices:', ...origins.voices.map(({ name, vectors }) => `  ${name}, ${count(vectors)} vectors`));
  }
  if (suggestion.nprobe !== stored.nprobe && stored.nprobe !== null) {
    lines.push('', `Suggested: repair <index> --nprobe ${suggestion.nprobe}`);
  }
  return paragraph(lines);
}

function originalText({ recall, closeness, blend, distance }: OriginalQuality): readonly string[] {
  const rows: [string, string][] = [
    ['Against the original features', 'measured at the stored nprobe'],
    ['  finds', `${percent(recall.value)}, ${percent(closeness.value)} as near`],
  ];
  if (blend !== null) {
    const { same, slight, different } = blend;
    rows.push([
      '  would sound',
      `the same ${percent(same)}, slightly different ${percent(slight)}, different ${percent(different)}`,
    ]);
  }
  if (distance !== null) {
    rows.push([
      '  distance to what is kept',
      `${distance.value.toPrecision(3)} (mean of squares, ${count(distance.n)} frames)`,
    ]);
  }
  return table(rows).split('\n');
}

const LEVEL_WORDS = {
  good: 'Good.',
  usable: 'Usable.',
  repair: 'Needs repair.',
  unusable: 'Will not work.',
} as const satisfies Record<VerdictLevel, string>;

function compareText(indexes: readonly string[], { items }: ResultOf<'compare'>): string {
  const rows = compareMeasurements(items);
  const name = (place: number): string => `index ${place + 1}`;
  return paragraph([
    ...indexes.map((path, place) => `${name(place)}: ${path}`),
    '',
    table(
      rows.map(({ metric, figures, winner, level }): [string, string] => [
        metric,
        `${figures.map((figure) => (figure === null ? '-' : figure.value.toPrecision(3)).padEnd(10)).join('')} ${
          winner !== null ? `${name(winner)} is better` : level.length > 1 ? levelWord(figures) : ''
        }`,
      ]),
    ),
  ]);
}

function levelWord(figures: readonly (Figure | null)[]): string {
  return new Set(figures.map((figure) => figure?.value)).size === 1 ? 'equal' : 'within the interval';
}

function compressionLine({ vectors, unused, meanSquaredDistance }: CompressionReport): string {
  const left = unused === 0 ? '' : `; ${count(unused)} that no frame was nearest to were left out`;
  return `Compressed to ${count(vectors)} vectors, ${meanSquaredDistance.toPrecision(4)} from a frame to its center (mean squared distance)${left}.`;
}

function expansionLine({ alpha, neighbors, strength, restoreNorms }: ExpansionReport): string {
  const norms = restoreNorms ? '' : ' The norms were not restored: RVC would sound wrong with this.';
  return `Expanded with ${neighbors} neighbors, alpha ${alpha}: half of the frames keep a cosine of ${strength.median.toFixed(3)} or more to what they were.${norms}`;
}

function selectionLine({ frames, kept, dropped }: SelectionReport): string {
  const { files, silence, duplicates, outliers } = dropped;
  return `${count(frames - kept)} of ${count(frames)} frames left out: ${count(files)} in files, ${count(silence)} silent, ${count(duplicates)} repeated, ${count(outliers)} far from all others.`;
}

function recordLines({ compression, expansion, selection, origins }: BuildRecord): string[] {
  return [
    ...(selection === null ? [] : [selectionLine(selection)]),
    ...(compression === null ? [] : [compressionLine(compression)]),
    ...(expansion === null ? [] : [expansionLine(expansion)]),
    ...(origins.length === 0
      ? []
      : [`Merged: ${origins.map(({ name, vectors }) => `${name} ${count(vectors)}`).join(', ')}.`]),
  ];
}

function tuneText({ candidates, proposal, sample, untried, seconds }: ResultOf<'tune'>): string {
  const best = candidates.find(({ id }) => id === proposal);
  const rows = candidates.map(({ id, quality, bytes, msPerSecond, frontier, fits }): [string, string] => [
    `${id === proposal ? '> ' : '  '}${id}`,
    [
      percent(quality.value).padEnd(10),
      megabytes(bytes).padEnd(12),
      `${msPerSecond.toFixed(1)} ms`.padEnd(10),
      fits ? (frontier ? '' : 'another is better in all') : 'breaks a limit',
    ].join(''),
  ]);
  return paragraph([
    best === undefined ? 'None keeps every limit.' : `Best: ${best.id} (${best.factory}).`,
    `${candidates.length} ways tried on ${count(sample.frames)} of ${count(sample.of)} frames in ${duration(seconds)}${untried === 0 ? '' : `, ${untried} not for lack of time`}.`,
    '',
    table([['  way', 'sounds as   size        search per second of audio'], ...rows]),
  ]);
}

function trainText(result: ResultOf<'train'>): string {
  const { lists, seconds } = result;
  return paragraph([
    coverageSentence(result),
    ...recordLines(result.record),
    '',
    table([
      ['Index', result.index],
      [
        'Voice',
        `${count(result.vectors)} ${result.record.compression === null ? `frames (${minutes(result.vectors)})` : 'vectors'}, ${result.version ?? `${result.dimension} columns`}`,
      ],
      ...(result.nlist === null
        ? [['Kind', result.factory] as const]
        : [['Groups', `${count(result.nlist)}${lists === null ? '' : `, ${groupWords(lists)}`}`] as const]),
      ...(result.nprobe === null ? [] : [['A search looks into', `${result.nprobe} of them (nprobe)`] as const]),
      ['Size', megabytes(result.bytes)],
      ['Time', `${duration(seconds.total)} (grouping ${duration(seconds.train)})`],
      ['Memory', `${megabytes(result.peakRssBytes)} at most`],
    ]),
  ]);
}

function coverageSentence({ coverage, nprobe, nlist, vectors }: ResultOf<'train'>): string {
  if (coverage === null) {
    return `Built: ${count(vectors)} vectors${nlist === null ? '' : ` in ${count(nlist)} groups`}.`;
  }
  const last = coverage.missing.at(-1);
  const asked =
    coverage.heldOut > 0
      ? `${count(coverage.heldOut)} frames that the groups had never seen`
      : 'the stored frames (optimistic: there was nothing to hold out)';
  if (last?.share === 0) return `Good: asked with ${asked}, no search came back short at nprobe ${nprobe}.`;
  return `Usable: asked with ${asked}, ${percent(last?.share ?? 0)} of the searches came back short even at nprobe ${nprobe}.`;
}

function inspectText({ facts, bytes, problems }: Extract<Outcome, { kind: 'inspect' }>['value']): string {
  const rows: [string, string][] = [
    ['Type', facts.type],
    ['Vectors', `${count(facts.vectors)} of ${facts.dimension} numbers`],
    [
      'Measure',
      facts.metric === 'l2' ? 'squared distance (L2)' : facts.metric === 'ip' ? 'inner product' : 'another one',
    ],
  ];
  if (facts.nlist !== null)
    rows.push(['Groups', `${count(facts.nlist)}${facts.lists === null ? '' : `, ${groupWords(facts.lists)}`}`]);
  if (facts.nprobe !== null) rows.push(['A search looks into', `${facts.nprobe} of them (nprobe)`]);
  rows.push(['Trained', facts.trained ? 'yes' : 'no'], ['Size', megabytes(bytes)]);
  const verdict = problems.length === 0 ? ['Nothing speaks against this file.'] : problems.map(problemText);
  return paragraph([...verdict, '', table(rows)]);
}

function scanText({ root, voices, indexes }: ResultOf<'scan'>): string {
  const found =
    voices.length === 0 && indexes.length === 0
      ? `No voice and no index in ${root}.`
      : `${count(voices.length)} ${voices.length === 1 ? 'voice' : 'voices'} in ${root}`;
  const others = indexes.length === 0 ? [] : ['', 'Indexes that belong to no voice:', ...indexes.map(indexLine)];
  return paragraph([found, ...voices.flatMap((voice) => ['', ...voiceLines(voice)]), ...others]);
}

function voiceLines(voice: Voice): string[] {
  const known = [
    voice.version,
    voice.embedder,
    voice.sampleRate,
    voice.f0 === null ? null : voice.f0 ? 'with pitch' : 'without pitch',
  ];
  const material = `${minutes(voice.frames)}, ${count(voice.frames)} frames in ${count(voice.files)} files`;
  return [
    `${voice.name}  ${[...known.filter((word) => word !== null), material].join(', ')}`,
    `  ${voice.path}`,
    ...(voice.epochs === null ? [] : [`  trained for ${voice.epochs} epochs`]),
    ...(voice.problem === null ? [] : [`  ${problemText(voice.problem)}`]),
    ...voice.skipped.map(({ name, problem }) => `  left out: ${name}: ${problem.message}`),
    ...(voice.skippedCount > voice.skipped.length
      ? [`  left out: ${voice.skippedCount - voice.skipped.length} more`]
      : []),
    ...(voice.indexes.length === 0 ? ['  no index yet'] : voice.indexes.map(indexLine)),
  ];
}

function indexLine({ name, kind, link, facts, problem, stale }: IndexFile): string {
  const states = [
    link === 'dangling' ? 'broken link' : kind === 'trained' ? 'trained, but without the voice' : null,
    facts === null ? null : `${count(facts.vectors)} vectors`,
    facts?.nprobe == null ? null : `nprobe ${facts.nprobe}`,
    stale === null ? null : staleWords(stale),
    problem === null || link === 'dangling' ? null : problem.message,
  ];
  return `  index: ${name}  ${states.filter((state) => state !== null).join(', ')}`;
}

function staleWords({ reason, frames }: NonNullable<IndexFile['stale']>): string {
  switch (reason) {
    case 'older':
      return 'older than the features';
    case 'smaller':
      return `does not hold all of the ${count(frames)} frames`;
    case 'larger':
      return `holds more than the ${count(frames)} frames there are now`;
    default:
      return assertNever(reason);
  }
}

function exportText({ host, files, backups, warnings }: ResultOf<'export'>): string {
  return paragraph([
    `Ready: ${HOSTS[host].title} will find the index. The copy was opened again and is sound.`,
    ...files.map((file) => `  ${file}`),
    ...backups.map((file) => `  kept as a backup: ${file}`),
    ...warnings.map(warningText),
  ]);
}

function warningText({ code, details, proposal }: ResultOf<'export'>['warnings'][number]): string {
  const cure = proposal === null ? '' : ` Try --name ${proposal}`;
  switch (code) {
    case 'TRAINED_IN_PATH':
      return `Careful: the word "trained" in ${details['path'] ?? ''} keeps RVC from finding it.${cure}`;
    case 'NON_ASCII_PATH':
      return `Careful: RVC's realtime window refuses paths with other letters than English ones: ${details['path'] ?? ''}.${cure}`;
    case 'AMBIGUOUS_NAME':
      return `Careful: the name is easily taken for "${details['other'] ?? ''}".${cure}`;
    case 'OTHER_INDEX':
      return `Careful: there is another index of this voice: ${details['path'] ?? ''}. --set-aside keeps it as a backup.`;
    case 'REPLACES':
      return `Another file was there: ${details['path'] ?? ''}. It is kept as a backup.`;
    case 'NAME_CHANGED':
      return `The name is now "${details['to'] ?? ''}".`;
    default:
      return assertNever(code);
  }
}

function problemText(problem: Failure): string {
  return `${problem.message} [${problem.code}] ${failureWords(problem.code).action}`;
}

function groupWords({ empty, small, imbalance }: { empty: number; small: number; imbalance: number }): string {
  const words = { even: 'even', uneven: 'uneven', veryUneven: 'very uneven' }[evenness(imbalance)];
  const smallOnes =
    small === 0 ? 'none smaller than 8' : `${count(small)} smaller than 8, ${count(empty)} of them empty`;
  return `${words} (${imbalance.toFixed(2)}), ${smallOnes}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n');
}

function paragraph(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** RVC's features have 50 frames a second. */
function minutes(frames: number): string {
  return `${(frames / FRAMES_PER_MINUTE).toFixed(1)} min`;
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.01 ? 2 : 1)} %`;
}
