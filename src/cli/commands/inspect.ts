import { toError } from '@shared/contract/errors';
import type { IndexFacts, IndexReport } from '@shared/contract/voices';
import { defineCommand } from '../command';
import { onePosition } from '../option';
import { count, groupWords, megabytes, paragraph, problemText, table } from '../words';

export const inspect = defineCommand({
  position: '<index>',
  summary: 'say what an index file is and what speaks against it',
  about: 'Says what an index file is, without the engine.',
  usage: '<index> [--json]',
  options: {},
  read: (words) => ({ kind: 'inspect', path: onePosition(words, 'inspect', 'index') }) as const,
  run: async (request, { run }) => {
    const { facts, ...report } = await run(request);
    if (facts !== null) return { text: inspectText({ facts, ...report }), json: inspectJson({ facts, ...report }) };
    const [problem] = report.problems;
    if (problem === undefined) throw new Error('inspect answered neither facts nor a problem');
    throw toError(problem);
  },
});

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
    problems: problems.map(({ code, message }) => ({ code, message })),
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
