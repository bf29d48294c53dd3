import type { ArchiveReport, PackedFile, PackedModel } from '@shared/contract/archives';
import { toError } from '@shared/contract/errors';
import type { ModelFile } from '@shared/contract/models';
import type { Problem } from '@shared/contract/primitives';
import type { IndexFacts, IndexReport } from '@shared/contract/voices';
import { defineCommand, type Outcome, type Workshop } from '../command';
import { onePosition, path, usage } from '../option';
import { count, groupWords, megabytes, paragraph, problemText, table } from '../words';
import { fitText, modelSummary, modelText } from './model';

export const inspect = defineCommand({
  position: '<index|model|archive>',
  summary: 'say what an index, model or archive is and what speaks against it',
  about: `Says what an index file (.index), a model file (.pth) or an archive (.zip) is, by its bytes, without the engine
and without running or unpacking anything of it.`,
  usage: '<index|model|archive> [--model FILE.pth] [--json]',
  options: { model: path('FILE.pth', 'of an index: does it fit this model?') },
  read: (words) => ({ file: onePosition(words, 'inspect', 'index'), model: words.values.model }),
  run: async ({ file, model }, { run }) => {
    const sight = await run({ kind: 'look', path: file, home: null });
    if (sight.what !== 'model' && sight.what !== 'archive') return indexOutcome(file, model, run);
    if (model !== null) throw usage('--model belongs to an index: name the index first.');
    return sight.what === 'model' ? modelOutcome(sight.model) : archiveOutcome(sight.archive);
  },
});

async function indexOutcome(index: string, model: string | null, run: Workshop['run']): Promise<Outcome> {
  const fitting = model === null ? null : await run({ kind: 'model', path: model, index });
  const { facts, ...report } = await run({ kind: 'inspect', path: index });
  if (facts === null) throw firstOf(report.problems);
  if (fitting !== null && fitting.facts === null) throw firstOf(fitting.problems);
  const fit = fitting?.fit ?? null;
  const inspected = { facts, ...report };
  return {
    text: paragraph([...(fit === null ? [] : [fitText(fit)]), ...inspectLines(inspected)]),
    json: { ...inspectJson(inspected), ...(fit === null ? {} : { fit }) },
  };
}

function firstOf([problem]: readonly Problem[]): Error {
  return problem === undefined ? new Error('inspect answered neither facts nor a problem') : toError(problem);
}

function modelOutcome({ facts, bytes, problem }: ModelFile): Outcome {
  const problems = problem === null ? [] : [problem];
  if (facts === null) throw firstOf(problems);
  return {
    text: modelText({ facts, bytes, problems }),
    json: { ...facts, bytes, problems: problems.map(problemJson) },
  };
}

/** What is wrong with an archive is part of the answer: its list of contents is one, too. */
function archiveOutcome(archive: ArchiveReport): Outcome {
  const { bytes, unpacked, files, entries, problems } = archive;
  const rows = entries.flatMap(({ name, what, bytes: size, model }) => [
    [what, `${name}  ${megabytes(size)}`] as const,
    ...(model === null ? [] : packedModelLines(model).map((line) => ['', `  ${line}`] as const)),
  ]);
  const more = files > entries.length ? [`and ${count(files - entries.length)} more`] : [];
  const verdict = problems.length === 0 ? ['Nothing speaks against unpacking it.'] : problems.map(problemText);
  const size = `A ZIP archive of ${megabytes(bytes)}: ${count(files)} ${files === 1 ? 'file' : 'files'}, ${megabytes(unpacked)} when unpacked.`;
  return {
    text: paragraph([...verdict, size, ...(rows.length === 0 ? [] : ['', ...table(rows)]), ...more]),
    json: { ...archive, entries: entries.map(packedJson), problems: problems.map(problemJson) },
  };
}

/** What a model in an archive is, and of each index beside it whether it fits. */
function packedModelLines(model: PackedModel): readonly string[] {
  const fits = Object.entries(model.fits).map(([index, fit]) => `${index}: ${fitText(fit)}`);
  return [modelSummary(model), ...fits].filter((line) => line !== '');
}

function packedJson({ model, ...file }: PackedFile): object {
  if (model === null) return file;
  return { ...file, model: { ...model, problem: model.problem && problemJson(model.problem) } };
}

function problemJson({ code, message }: Problem): object {
  return { code, message };
}

type Inspected = IndexReport & { readonly facts: IndexFacts };

function inspectJson({ facts, problems }: Inspected): object {
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
    problems: problems.map(problemJson),
  };
}
function inspectLines({ facts, bytes, problems }: Inspected): string[] {
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
  return [...verdict, '', ...table(rows)];
}
