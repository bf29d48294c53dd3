import type { JobMeasurements, VerdictRow } from '@shared/contract/measurement';
import type { Failure } from '@shared/contract/errors';
import type { JobSnapshot } from '@shared/contract/jobs';
import { jobTitle, type Say } from '@shared/domain/jobs/title';
import type { JobKind, JobRequestOf, JobResultOf } from '@shared/jobs';
import type { Format } from './format';
import { together } from './together';

/** Something said under a name; a path is shown as one. */
export interface Line {
  readonly label: string;
  readonly value: string;
  readonly path?: true;
}

export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** All that is known of a job that has ended, in a person's words. */
export interface Report {
  readonly title: string;
  readonly sections: readonly Section[];
}

/** The language that a report is written in. */
export interface ReportWords {
  /** `plural`: how many a text with several forms is about. */
  readonly say: (key: string, values?: Readonly<Record<string, string | number>>, plural?: number) => string;
  readonly format: Format;
  /** A share as people say it. */
  readonly part: (share: number) => string;
  readonly sentence: (row: VerdictRow) => string;
  readonly why: (row: VerdictRow) => string;
  readonly failure: (failure: Failure) => {
    readonly sentence: string;
    readonly cause: string;
    readonly action: string;
  };
}

/** What came of a job, besides files. */
interface Outcome {
  readonly facts: readonly Line[];
  readonly files: readonly Line[];
  readonly remarks: readonly string[];
}

const NONE: Outcome = { facts: [], files: [], remarks: [] };

type Asked = { readonly [K in JobKind]: (request: JobRequestOf<K>) => readonly Line[] };
type Came = { readonly [K in JobKind]: (result: JobResultOf<K>) => Outcome };

function asking({ say, format }: ReportWords): Asked {
  const line = (key: string, value: string): Line => ({ label: say(key), value });
  return {
    sample: () => [],
    unpack: () => [],
    train: ({ recipe, sources, factory, nprobe, name }) => [
      line('build.recipe', say(`recipes.${recipe}.name`)),
      ...(sources.length > 1 ? [line('report.labels.sources', format.exact(sources.length))] : []),
      ...(factory === null ? [] : [line('index.facts.type', factory)]),
      ...(nprobe === null ? [] : [line('index.facts.nprobe', format.exact(nprobe))]),
      ...(name === null ? [] : [line('export.name.rvc', name)]),
    ],
    export: ({ host, name, slot }) => [
      line('export.program', say(`hosts.${host}`)),
      line(`export.name.${host}`, name),
      ...(slot == null ? [] : [line('report.labels.slot', slot)]),
    ],
    takeBack: () => [],
    measure: () => [],
    compare: ({ indexes }) => [line('report.labels.compared', format.exact(indexes.length))],
    repair: ({ change }) => [
      ...(change.type === 'nprobe' ? [line('index.facts.nprobe', format.exact(change.nprobe))] : []),
      ...(change.type === 'name' ? [line('repair.name.to', change.name)] : []),
    ],
    tune: ({ budgetSeconds }) => [line('report.labels.budget', format.duration(budgetSeconds * 1_000))],
    sift: () => [],
    listen: ({ indexes }) => [line('report.labels.compared', format.exact(indexes.length))],
  };
}

function outcomes({ say, format, part }: ReportWords): Came {
  const line = (key: string, value: string): Line => ({ label: say(key), value });
  const path = (key: string, value: string): Line => ({ label: say(key), value, path: true });
  const count = (key: string, value: number | null | undefined): Line[] =>
    value == null ? [] : [line(key, format.exact(value))];
  return {
    sample: ({ value }) => ({
      ...NONE,
      facts: [line('report.labels.audio', format.audio(value.frames))],
      files: [path('voice.facts.folder', value.folder)],
    }),
    train: ({ value }) => ({
      facts: [
        line('index.facts.type', value.factory),
        ...count('index.facts.groups', value.nlist),
        ...count('index.facts.nprobe', value.nprobe),
        ...count('index.facts.vectors', value.vectors),
        line('index.facts.size', format.bytes(value.bytes)),
      ],
      files: [path('index.facts.path', value.index)],
      remarks: value.notes.map(({ code, file, count: of }) =>
        say(`verdict.notes.${code}`, { file: file ?? '', count: format.count(of) }, of),
      ),
    }),
    export: ({ value }) => ({
      facts: [...count('index.facts.nprobe', value.facts.nprobe), ...count('index.facts.vectors', value.facts.vectors)],
      files: [
        ...value.files.map((file) => path('index.facts.path', file)),
        ...value.backups.map((file) => path('report.labels.backup', file)),
      ],
      // The other two are said by the files that were written and set aside.
      remarks: value.warnings.flatMap(({ code, details }) =>
        code === 'REPLACES' || code === 'OTHER_INDEX' ? [] : [say(`export.warnings.${code}`, details)],
      ),
    }),
    unpack: ({ value }) => ({
      ...NONE,
      facts: [...count('report.sections.files', value.files), line('index.facts.size', format.bytes(value.bytes))],
      files: [path('voice.facts.folder', value.folder)],
    }),
    takeBack: ({ value }) => ({
      ...NONE,
      files: [
        ...value.restored.map((file) => path('index.facts.path', file)),
        ...value.backups.map((file) => path('report.labels.backup', file)),
      ],
    }),
    measure: () => NONE,
    compare: () => NONE,
    repair: ({ value: { before, after, index, backup } }) => ({
      facts: [
        ...count('report.labels.before', before?.nprobe),
        ...count('report.labels.after', after.nprobe),
        ...count('index.facts.vectors', after.vectors),
      ],
      files: [path('index.facts.path', index), ...(backup === null ? [] : [path('report.labels.backup', backup)])],
      remarks: [],
    }),
    tune: ({ value: { candidates, proposal, sample, untried } }) => {
      const proposed = candidates.find(({ id }) => id === proposal);
      return {
        ...NONE,
        facts: [
          ...count('report.labels.tried', candidates.length),
          ...count('report.labels.untried', untried),
          line('report.labels.sample', `${format.exact(sample.frames)} / ${format.exact(sample.of)}`),
          ...(proposed === undefined
            ? []
            : [
                line('report.labels.proposal', `${proposed.factory}, nprobe ${proposed.nprobe ?? '–'}`),
                line('index.facts.size', format.bytes(proposed.bytes)),
                line('repair.figures.recall', part(proposed.recall.value)),
                line('repair.figures.same', part(proposed.quality.value)),
              ]),
        ],
      };
    },
    sift: ({ value: { files, suspects } }) => ({
      ...NONE,
      facts: [...count('voice.facts.files', files.length), ...count('report.labels.suspects', suspects.length)],
    }),
    listen: ({ seconds, takes, traced }) => ({
      ...NONE,
      facts: [
        line('report.labels.audio', format.seconds(seconds)),
        ...count('report.labels.takes', takes.length),
        line('report.labels.traced', format.percent(traced)),
      ],
    }),
  };
}

const askedOf = <K extends JobKind>(request: JobRequestOf<K>, words: ReportWords): readonly Line[] =>
  asking(words)[request.kind](request);
const cameOf = <K extends JobKind>(result: JobResultOf<K>, words: ReportWords): Outcome =>
  outcomes(words)[result.kind](result);

/** What was measured of each index: the verdict in a sentence, and the figures it rests on. */
function findingLines(findings: JobMeasurements, { say, part, sentence, why }: ReportWords): readonly Line[] {
  return findings.flatMap(({ name, measurement: { verdict, stored } }) => [
    { label: name, value: together(sentence(verdict.reason), why(verdict.reason)) },
    { label: say('repair.figures.recall'), value: part(stored.recall.value) },
    { label: say('repair.figures.missing'), value: part(stored.missing.value) },
    ...(stored.same === null ? [] : [{ label: say('repair.figures.same'), value: part(stored.same.value) }]),
  ]);
}

/** What stands inside a line elsewhere, as a line of its own begins. */
const lineOf = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What happened, and when, as far as the steps tell. */
function logLines(job: JobSnapshot, { say, format }: ReportWords): readonly Line[] {
  const at = (time: number, value: string): Line => ({ label: format.time(time), value: lineOf(value) });
  const lines = [at(job.createdAt, say('report.log.asked'))];
  if (job.startedAt !== null) lines.push(at(job.startedAt, say('report.log.began')));
  let passed = job.startedAt ?? job.createdAt;
  for (const { step, ms } of job.times) {
    lines.push(at(passed, say(`jobs.steps.${step}`)));
    passed += ms;
  }
  if (job.finishedAt !== null) lines.push(at(job.finishedAt, say(`jobs.states.${job.state}`)));
  return lines;
}

/**
 * The report of a job that has ended.
 *
 * @param findings what was measured by it, as main keeps it apart; none where nothing was
 */
export function jobReport(job: JobSnapshot, findings: JobMeasurements, words: ReportWords): Report {
  const { say, format, failure } = words;
  const titled: Say = (key, values) => say(key, values);
  const came = job.result === null ? NONE : cameOf(job.result, words);
  const failed = job.failure === null ? [] : Object.values(failure(job.failure));
  const took = job.times.reduce((sum, { ms }) => sum + ms, 0);
  const line = (key: string, value: string): Line => ({ label: say(`report.labels.${key}`), value });
  const sections: readonly Section[] = [
    {
      title: say('report.sections.asked'),
      lines: [
        line('subject', job.subject),
        ...askedOf(job.request, words),
        line('asked', format.moment(job.createdAt)),
        line('state', say(`jobs.states.${job.state}`)),
      ],
    },
    { title: say('report.sections.came'), lines: [...came.facts, ...findingLines(findings, words)] },
    { title: say('report.sections.files'), lines: came.files },
    {
      title: say('report.sections.remarks'),
      lines: [...failed, ...came.remarks].map((value) => ({ label: '', value })),
    },
    {
      title: say('report.sections.times'),
      lines: [
        ...job.times.map(({ step, ms }) => ({
          label: lineOf(say(`jobs.steps.${step}`)),
          value: format.seconds(ms / 1_000),
        })),
        line('total', format.seconds(took / 1_000)),
      ],
    },
    { title: say('report.sections.log'), lines: logLines(job, words) },
  ];
  const said = sections.filter(({ lines }, i) => lines.length > (i === TIMES ? 1 : 0));
  return { title: jobTitle(job, titled), sections: said };
}

/** The section whose total alone says nothing. */
const TIMES = 4;

/** The report as a text: the same to copy and to save. */
export function reportText({ title, sections }: Report, { named }: Pick<Format, 'named'>): string {
  const said = sections.map((section) => {
    const lines = section.lines.map(({ label, value }) => `  ${label === '' ? value : named(label, value)}`);
    return [section.title, ...lines].join('\n');
  });
  return `${[title, ...said].join('\n\n')}\n`;
}

/** The same for a program: what was asked, what came of it and what was measured, without the large pictures. */
export function reportJson(job: JobSnapshot, findings: JobMeasurements): string {
  const { iterations: _drawn, progress: _past, sequence: _internal, ...told } = job;
  const measured = findings.map(({ name, measurement: { hash, facts, bytes, queries, stored, verdict } }) => ({
    name,
    hash,
    facts,
    bytes,
    queries,
    stored,
    verdict,
  }));
  return `${JSON.stringify({ format: 1, job: told, measured }, null, 2)}\n`;
}
