import type {
  Likeness,
  Measurement,
  QualityPoint,
  QueryOrigin,
  Reference,
  Relation,
  Share,
  Verdict,
  VerdictLevel,
} from '@shared/contract/measurement';
import { proposedNprobe } from '@shared/domain/measures/curve';
import { asksItself } from '@shared/domain/measures/question';
import { count, findingWords, paragraph, percent, span, table } from '../words';

/** What the commands that measure say of a measurement. */

/** Figures in scripts are plain numbers; their intervals stand beside them under the same names. */
export function measurementJson(measurement: Measurement): object {
  const { queries, reference, relation, stored, curve, contents, expansion, origins, suggestion, verdict } =
    measurement;
  const { n, seed, origin } = queries;
  const plain = ({ nprobe, missing, empty, droppedBlocks, normRatio, ...like }: QualityPoint) => {
    const { intervals, ...figures } = likenessJson(like);
    return {
      nprobe,
      ...figures,
      missing: missing.value,
      empty: empty.value,
      droppedBlocks: droppedBlocks?.value ?? null,
      normRatio,
      intervals: { ...intervals, missing: span(missing) },
    };
  };
  return {
    reference,
    queries: { n, seed, origin, optimistic: asksItself(queries) },
    relation: relation === null ? null : relationJson(relation),
    stored: plain(stored),
    curve: curve.map(({ msPerSecond, hostMs, ...point }) => ({
      ...plain(point),
      msPerSecond: { ...msPerSecond.oneThread, allThreads: msPerSecond.allThreads },
      hostMs,
    })),
    contents: contents === null ? null : likenessJson(contents),
    original:
      relation?.vectors === 'compressed' || relation?.vectors === 'expanded' ? originalJson(stored, relation) : null,
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

function likenessJson({ recall, closeness, same, blend }: Likeness) {
  return {
    recall: recall.value,
    closeness: closeness.value,
    same: same?.value ?? null,
    blend,
    intervals: { recall: span(recall), closeness: span(closeness), same: same === null ? null : span(same) },
  };
}

function relationJson({ kind, vectors, by, voiceInIndex, indexOfVoice, missing, distance }: Relation): object {
  const share = ({ value, low, high, n }: Share): object => ({ value, interval: [low, high], n });
  return {
    kind,
    vectors,
    by,
    voiceInIndex: share(voiceInIndex),
    indexOfVoice: share(indexOfVoice),
    missing,
    distance: distance === null ? null : share(distance),
  };
}

/** The figures of an index of other vectors than the frames, and how far these lie from them. */
function originalJson(stored: Likeness, { distance }: Relation): object {
  const { intervals, ...figures } = likenessJson(stored);
  return {
    ...figures,
    distance: distance === null ? null : { value: distance.value, n: distance.n },
    intervals: { ...intervals, distance: distance === null ? null : span(distance) },
  };
}

export function measurementText(measurement: Measurement): string {
  const { queries, reference, relation, stored, curve, contents, expansion, origins, verdict, facts } = measurement;
  const lines = [
    ...headline(measurement),
    `${count(queries.n)} ${ORIGIN_WORDS[queries.origin]} asked; held against ${REFERENCE_WORDS[reference]}.`,
    `${facts.type}, ${count(facts.vectors)} vectors.`,
    ...(relation === null ? [] : relationText(relation, verdict)),
    '',
    ...table([
      ['nprobe', 'same      finds     as near   missing   ms per second of audio'],
      ...curve.map((point): [string, string] => [
        `${point.nprobe ?? '-'}${point.nprobe === stored.nprobe ? ' (stored)' : ''}`,
        [point.same?.value ?? null, point.recall.value, point.closeness.value, point.missing.value]
          .map((value) => (value === null ? '-' : percent(value)).padEnd(10))
          .join('') + point.msPerSecond.oneThread.p95.toFixed(1),
      ]),
    ]),
  ];
  if (contents !== null && contents.recall.value < 1) {
    const same = contents.same === null ? '' : `${percent(contents.same.value)} the same, `;
    lines.push('', `If all of it were searched: ${same}${percent(contents.recall.value)} of the neighbors found.`);
  }
  if (expansion !== null) {
    lines.push('', `Expanded: the cosine of a frame with what it became is ${expansion.median.toFixed(3)} (median).`);
  }
  if (origins !== null) {
    lines.push('', 'Voices:', ...origins.voices.map(({ name, vectors }) => `  ${name}, ${count(vectors)} vectors`));
  }
  const proposed = proposedNprobe(measurement);
  if (proposed !== null && proposed !== stored.nprobe) {
    lines.push('', `Suggested: repair <index> --nprobe ${proposed}`);
  }
  return paragraph(lines);
}

const ORIGIN_WORDS = {
  'held-out': 'frames kept apart',
  'second-folder': 'frames of another folder',
  voice: 'frames of the voice, each leaving itself out,',
  stored: 'vectors of the index, each leaving itself out,',
} as const satisfies Record<QueryOrigin, string>;

const REFERENCE_WORDS = {
  voice: 'the whole voice',
  itself: 'the index itself, for the features are not known',
  another: 'the fullest of the indexes, for the features are not known',
} as const satisfies Record<Reference, string>;

/** The level, what decides it where not all is well, and how well it finds. */
function headline({ verdict: { level, reason }, stored: { same, recall, missing } }: Measurement): readonly string[] {
  const found = `${same === null ? '' : `${percent(same.value)} of the moments come out the same. `}Finds ${(recall.value * 100).toFixed(0)} of 100 neighbors; ${percent(missing.value)} of the frames miss one.`;
  return level === 'good'
    ? [`${LEVEL_WORDS[level]} ${found}`]
    : [`${LEVEL_WORDS[level]} ${findingWords(reason)}`, found];
}

/** How much of each is in the other, and what is missing. */
function relationText(
  { kind, voiceInIndex, indexOfVoice, missing, distance }: Relation,
  { rows }: Verdict,
): readonly string[] {
  const lines = [
    kind === 'other'
      ? rows.some(({ check, finding }) => check === 'features' && finding === 'other')
        ? 'It was not made of these features.'
        : 'Whether it was made of these features cannot be told.'
      : `Holds ${percent(voiceInIndex.value)} of the voice; ${percent(indexOfVoice.value)} of it is of the voice.`,
  ];
  const [first] = missing.files;
  if (first !== undefined) {
    const others = missing.files.length + missing.more - 1;
    lines.push(
      `Missing: ${count(missing.frames)} frames, of ${first.file}${others === 0 ? '' : ` and ${count(others)} other files`}.`,
    );
  }
  if (distance !== null) {
    lines.push(
      `From a frame to the nearest vector: ${distance.value.toPrecision(3)} (mean of squares, ${count(distance.n)} frames).`,
    );
  }
  return lines;
}

const LEVEL_WORDS = {
  good: 'Good.',
  usable: 'Usable.',
  repair: 'Needs repair.',
  unusable: 'Will not work.',
} as const satisfies Record<VerdictLevel, string>;
