import { extname } from 'node:path';
import { toError } from '@shared/contract/errors';
import type { Problem } from '@shared/contract/primitives';
import type { IndexFacts, IndexReport } from '@shared/contract/voices';
import type { ModelReport } from '@shared/jobs/model';
import { defineCommand } from '../command';
import { onePosition, path, usage } from '../option';
import { count, groupWords, megabytes, paragraph, problemText, table } from '../words';
import { fitText, modelText } from './model';

export const inspect = defineCommand({
  position: '<index|model>',
  summary: 'say what an index or model file is and what speaks against it',
  about: `Says what an index file (.index) or a model file (.pth) is, without the engine and without running anything of it.`,
  usage: '<index|model> [--model FILE.pth] [--json]',
  options: { model: path('FILE.pth', 'of an index: does it fit this model?') },
  read: (words) => {
    const { model } = words.values;
    const file = onePosition(words, 'inspect', 'index');
    if (!isModel(file)) return { index: file, model };
    if (model !== null) throw usage('--model belongs to an index: name the index first.');
    return { index: null, model: file };
  },
  run: async ({ index, model }, { run }) => {
    const fitting = model === null ? null : await run({ kind: 'model', path: model, index });
    if (index === null) return modelOutcome(fitting);
    const { facts, ...report } = await run({ kind: 'inspect', path: index });
    if (facts === null) throw firstOf(report.problems);
    if (fitting !== null && fitting.facts === null) throw firstOf(fitting.problems);
    const fit = fitting?.fit ?? null;
    const inspected = { facts, ...report };
    return {
      text: fit === null ? inspectText(inspected) : paragraph([fitText(fit), inspectText(inspected).trimEnd()]),
      json: { ...inspectJson(inspected), ...(fit === null ? {} : { fit }) },
    };
  },
});

/** PyTorch's files go by two endings. */
function isModel(file: string): boolean {
  return ['.pth', '.pt'].includes(extname(file).toLowerCase());
}

function firstOf([problem]: readonly Problem[]): Error {
  return problem === undefined ? new Error('inspect answered neither facts nor a problem') : toError(problem);
}

function modelOutcome(report: ModelReport | null): { readonly text: string; readonly json: object } {
  if (report === null || report.facts === null) throw firstOf(report?.problems ?? []);
  const { facts, bytes, problems } = report;
  return {
    text: modelText({ facts, bytes, problems }),
    json: { ...facts, bytes, problems: problems.map(problemJson) },
  };
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
function inspectText({ facts, bytes, problems }: Inspected): string {
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
