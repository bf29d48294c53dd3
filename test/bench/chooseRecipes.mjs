/**
 * Builds generated voices of different shapes by each recipe, measures each index once more as it is, and prints the table
 * that the recipes rest on (docs/decisions/0010-recipes-by-measurement.md). Needs the built engine; takes some minutes.
 *
 *     node test/bench/chooseRecipes.mjs [voice,voice] [recipe,recipe]
 */
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSources } from './loadSources.mjs';
import { chosen } from './voices.mjs';

const RECIPES = ['balanced', 'best', 'small', 'rvc'];
const COLUMNS = [
  'voice',
  'recipe',
  'index',
  'nprobe',
  'same, kept apart',
  'same, own',
  'same, another singer',
  'contents',
  'in a host, trial',
  'finished',
  'size',
  'built in',
  'verdict',
];

const sources = await openSources();
const { generateVoice } = await sources.load('shared/domain/voice/sampleVoice');
const { writeNpy } = await sources.load('worker/features/npyFile');
const { run } = await sources.load('worker/run');
const { plain } = await sources.load('shared/contract/build');
const engine = createRequire(import.meta.url)('faiss-node');
const context = {
  signal: new AbortController().signal,
  progress: () => undefined,
  iteration: () => undefined,
  leftOut: () => new Set(),
  log: () => undefined,
  engine: () => Promise.resolve(engine),
};
const recipes = process.argv[3]?.split(',') ?? RECIPES;
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const percent = (figure) => (figure === null || figure === undefined ? '' : `${(100 * figure.value).toFixed(1)} %`);

row(...COLUMNS);
row(...COLUMNS.map(() => '---'));
for (const { name, ...voice } of chosen(process.argv[2])) {
  const root = mkdtempSync(join(tmpdir(), 'voronoice-recipes-'));
  try {
    const features = await writeVoice(join(root, 'voice'), voice);
    const singer = await writeVoice(join(root, 'singer'), { ...voice, minutes: 0.5, seed: voice.seed + 100 });
    for (const recipe of recipes) {
      const asked = { seed: 1, name: 'voice', totalFea: false, measure: true, memoryLimit: null, traces: null };
      const built = await run(
        {
          kind: 'train',
          sources: [{ path: features, weight: null }],
          ...plain(recipe),
          out: join(root, recipe),
          ...asked,
        },
        context,
      );
      const asking = { kind: 'measure', index: built.index, features, seed: 1, most: 2_000, nprobes: [], traces: null };
      const later = await run({ ...asking, queries: null }, context);
      const sung = await run({ ...asking, queries: singer, nprobes: [built.nprobe] }, context);
      const first = built.measurement;
      const said = [first, later].map(
        ({ verdict, suggestion }) => `${verdict.level}, ${suggestion.reason} ${suggestion.nprobe}`,
      );
      row(
        name,
        recipe,
        `${built.factory}, ${built.vectors}`,
        `${built.nprobe} (${built.coverage?.reason ?? 'fixed'})`,
        first.queries.origin === 'held-out' ? percent(first.stored.same) : '',
        percent(later.stored.same),
        percent(sung.stored.same),
        percent(first.contents?.same),
        ...[first, later].map(({ curve }) => {
          const point = curve.find(({ nprobe }) => nprobe === built.nprobe);
          return `${(point?.hostMs ?? 0).toFixed(0)} ms`;
        }),
        `${(built.bytes / 1e6).toFixed(1)} MB`,
        `${built.seconds.total.toFixed(1)} s`,
        said.join('; '),
      );
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
await sources.close();

async function writeVoice(folder, voice) {
  mkdirSync(folder);
  for (const { name, data } of generateVoice(voice)) await writeNpy(join(folder, name), data, voice.dimension);
  return folder;
}
