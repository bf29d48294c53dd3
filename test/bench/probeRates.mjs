import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { openSources } from './loadSources.mjs';

/**
 * The speeds that builds of a generated voice show, and those that the probe foretells: what `COMPARED` in
 * src/shared/domain/recipes/forecast.ts is measured by. Builds are balanced, of centers, and expanded.
 *
 *   node test/bench/probeRates.mjs [minutes]   default 4
 */
const minutes = Number(process.argv[2] ?? 4);

const { load, close } = await openSources();
const { run } = await load('worker/run');
const { loadEngine } = await load('worker/engine');
const { plain, USUAL_EXPANSION } = await load('shared/contract/build');
const { RateHistory } = await load('main/jobs/rates');
const folder = mkdtempSync(join(tmpdir(), 'voronoice-rates-'));
const context = {
  signal: new AbortController().signal,
  progress: () => undefined,
  iteration: () => undefined,
  leftOut: () => new Set(),
  log: () => undefined,
  engine: loadEngine,
};

const WAYS = {
  balanced: {},
  compressed: { compression: { clusters: 600, method: 'minibatch' } },
  expanded: { expansion: USUAL_EXPANSION },
};

async function build(voice, name) {
  const request = {
    kind: 'train',
    sources: [{ path: voice, weight: null }],
    ...plain('balanced'),
    ...WAYS[name],
    seed: 1,
    name: null,
    out: join(folder, name),
    totalFea: false,
    measure: true,
    memoryLimit: null,
    selection: null,
    traces: null,
  };
  return run(request, context);
}

/** Of one build, as the app remembers it. */
function ratesOf(result) {
  const kept = new Map();
  const history = new RateHistory({ get: (key) => kept.get(key) ?? null, set: (key, value) => kept.set(key, value) });
  history.record(result);
  return history.current();
}

function print(name, rates) {
  const figures = Object.entries(rates).map(([step, rate]) => `${step} ${rate === null ? '-' : rate.toExponential(1)}`);
  process.stdout.write(`${name.padEnd(10)} ${figures.join('  ')}\n`);
}

try {
  const request = { kind: 'sample', root: folder, name: 'voice', minutes, version: 'v2', seed: 1 };
  await run(request, context);
  for (const name of Object.keys(WAYS)) print(name, ratesOf(await build(join(folder, 'logs', 'voice'), name)));
  const start = performance.now();
  print('probe', await run({ kind: 'probe', folder }, context));
  process.stdout.write(`The probe took ${Math.round(performance.now() - start)} ms.\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
  await close();
}
