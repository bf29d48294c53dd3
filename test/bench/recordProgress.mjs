import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { openSources } from './loadSources.mjs';

/**
 * Records what jobs of every kind report on this computer, for the tests of the time that is left: three lengths of a
 * voice, the real command line. Writes test/fixtures/progress/<kind>[-<recipe>]-<minutes>.json, a few KB each.
 *
 *   node test/bench/recordProgress.mjs [name,name]   only these, e.g. listen
 *   --quick                                          half a minute of voice, and nothing is kept: to see that it works
 */
const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const MINUTES = asked.quick ? [0.5] : [6, 18, 54];
const ONLY = positionals[0]?.split(',');
/** What the others are recorded of. */
const NEEDED = ['sample', 'train-balanced', ...(isWanted('compare') ? ['train-best'] : [])];
/** Reports kept of one job; the first and the last of every step are among them. */
const KEPT = 60;

const { load, close } = await openSources();
const { runProgram } = await load('cli/program');
const { run } = await load('worker/run');
const { loadEngine } = await load('worker/engine');
const { NOTHING_LEFT_OUT } = await load('shared/contract/build');
const folder = mkdtempSync(join(tmpdir(), 'voronoice-progress-'));
const OUT = asked.quick ? folder : join('test', 'fixtures', 'progress');

/** Keeps the last piece of work, for what a command does first is recorded under its own name. */
function recorder() {
  const reports = [];
  const start = performance.now();
  let kind = null;
  return {
    observe: (of, { step, done, total }) => {
      if (of !== kind) reports.length = 0;
      kind = of;
      reports.push([Math.round(performance.now() - start), step, done, total]);
    },
    save: (name, minutes) => {
      if (!isWanted(name)) return;
      const totalMs = Math.round(performance.now() - start);
      const text = JSON.stringify({ kind, minutes, totalMs, reports: thinned(reports, totalMs) });
      writeFileSync(join(OUT, `${name}-${minutes}.json`), `${text.replaceAll(',[', ',\n[')}\n`);
      process.stdout.write(`${name} ${minutes}: ${totalMs} ms, ${reports.length} reports\n`);
    },
  };
}

function isWanted(name) {
  return ONLY === undefined || ONLY.includes(name);
}

function thinned(reports, totalMs) {
  let last = -Infinity;
  return reports.filter(([at, step], place) => {
    const edge = reports[place - 1]?.[1] !== step || reports[place + 1]?.[1] !== step;
    if (!edge && at - last < totalMs / KEPT) return false;
    last = at;
    return true;
  });
}

async function record(name, minutes, words) {
  if (!isWanted(name) && !NEEDED.includes(name)) return;
  const { observe, save } = recorder();
  const code = await runProgram(words, {
    stdout: { write: () => true },
    stderr: { write: () => true },
    signal: new AbortController().signal,
    work: (request, { signal, effort, progress, said }) =>
      run(request, {
        signal,
        progress: (step, done, total) => {
          observe(request.kind, { step, done, total });
          progress({ step, done, total });
        },
        iteration: () => undefined,
        log: (_level, text) => said(text),
        engine: () => loadEngine(effort.threads),
        leftOut: () => new Set(),
      }),
  });
  if (code !== 0) throw new Error(`${words.join(' ')}: exit ${code}`);
  save(name, minutes);
}

/** Looking for frames to leave out has no command of its own. */
async function recordSift(minutes, of) {
  if (!isWanted('sift')) return;
  const { observe, save } = recorder();
  const selection = { ...NOTHING_LEFT_OUT, silence: true, duplicates: true, outliers: 0.01 };
  await run(
    { kind: 'sift', folder: of, selection, seed: 1 },
    {
      signal: new AbortController().signal,
      progress: (step, done, total) => observe('sift', { step, done, total }),
      iteration: () => undefined,
      leftOut: () => new Set(),
      log: () => undefined,
      engine: loadEngine,
    },
  );
  save('sift', minutes);
}

try {
  for (const minutes of MINUTES) {
    const root = join(folder, String(minutes));
    const voice = join(root, 'logs', 'sample');
    const features = join(voice, '3_feature768');
    const built = join(root, 'built');
    await record('sample', minutes, ['sample', '--out', root, '--minutes', String(minutes)]);
    for (const recipe of ['balanced', 'best', 'small']) {
      await record(`train-${recipe}`, minutes, ['train', voice, '--recipe', recipe, '--out', join(built, recipe)]);
    }
    const files = existsSync(built) ? readdirSync(built, { recursive: true }) : [];
    const [balanced, best] = ['balanced', 'best'].map((recipe) =>
      join(built, files.find((name) => name.startsWith(recipe) && name.endsWith('.index')) ?? recipe),
    );
    await record('scan', minutes, ['scan', root]);
    await record('inspect', minutes, ['inspect', balanced]);
    await record('measure', minutes, ['measure', balanced, '--features', voice]);
    await record('compare', minutes, ['compare', balanced, best, '--features', voice]);
    await record('listen', minutes, ['listen', balanced, '--clip', features, '--out', join(root, 'takes')]);
    await record('repair', minutes, ['repair', balanced, '--nprobe', '3', '--out', join(root, 'mended.index')]);
    await record('compress', minutes, ['compress', voice, '--clusters', '1000', '--out', join(root, 'few.npy')]);
    await record('expand', minutes, ['expand', voice, '--by', balanced, '--out', join(root, 'expanded')]);
    await recordSift(minutes, voice);
    await record('tune', minutes, ['tune', voice, '--budget', '20']);
    mkdirSync(join(root, 'host', 'logs'), { recursive: true });
    const host = ['--host', 'rvc', '--root', join(root, 'host'), '--name', 'sample'];
    await record('export', minutes, ['export', balanced, ...host]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
  await close();
}
