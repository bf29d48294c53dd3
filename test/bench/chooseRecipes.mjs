/**
 * Tries the candidates of domain/recipes/tuning.ts on generated voices of different shapes and prints the table that the recipes
 * rest on (docs/decisions/0010-recipes-by-measurement.md). Needs the built engine and command line; takes some minutes.
 *
 *     node test/bench/chooseRecipes.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSources } from './loadSources.mjs';

const BUDGET_SECONDS = '900';

const sources = await openSources();
const { generateVoice } = await sources.load('shared/domain/voice/sampleVoice');
const { writeNpy } = await sources.load('worker/features/npyFile');

const voices = [
  { name: 'sample', minutes: 3, dimension: 768, seed: 4 },
  { name: 'ten minutes', minutes: 10, dimension: 768, seed: 6 },
  { name: 'v1', minutes: 5, dimension: 256, seed: 7 },
  { name: 'breathy', minutes: 5, dimension: 768, seed: 8, shape: { breathiness: 0.4 } },
  { name: 'expressive', minutes: 5, dimension: 768, seed: 9, shape: { variation: 1.8 } },
  { name: 'plain', minutes: 5, dimension: 768, seed: 10, shape: { phones: 120, variation: 0.7 } },
];

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
row('voice', 'way', 'index', 'sounds as', 'finds', 'misses', 'size', 'ms a second', 'frontier', 'proposed');
row(...Array(10).fill('---'));
for (const { name, ...voice } of voices) {
  const root = mkdtempSync(join(tmpdir(), 'voronoice-recipes-'));
  try {
    for (const clip of generateVoice(voice)) {
      await writeNpy(join(root, `${clip.name.replace(/\.npy$/, '')}.npy`), clip.data, voice.dimension);
    }
    const answer = execFileSync(
      process.execPath,
      ['out/cli/index.js', 'tune', root, '--budget', BUDGET_SECONDS, '--json'],
      { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 24 },
    );
    const { candidates, proposal } = JSON.parse(answer.toString());
    for (const { id, factory, quality, recall, missing, bytes, vectors, msPerSecond, frontier } of candidates) {
      row(
        name,
        id,
        `${factory}, ${vectors}`,
        `${(100 * quality.value).toFixed(1)} %`,
        `${(100 * recall.value).toFixed(1)} %`,
        `${(100 * missing).toFixed(1)} %`,
        `${(bytes / 1e6).toFixed(1)} MB`,
        msPerSecond.toFixed(1),
        frontier ? 'yes' : '',
        id === proposal ? 'yes' : '',
      );
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
await sources.close();
