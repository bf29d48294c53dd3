import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { CLI, ensureBuilt } from './build.mjs';
import { capture, root, run, tool } from './childProcess.mjs';
import { createReport, runMain, Stop } from './report.mjs';
import { setup } from './setup.mjs';

/**
 * `npm run bench`: measures training against the same rules in Python, and the engine against stock faiss-node 0.5.1,
 * and writes docs/benchmarks.md. A benchmark, not a test: numbers depend on the machine and on what else it does.
 */

const ROUNDS = 3;
/** Of what takes a minute a run. */
const LONG_ROUNDS = 1;
/** Where each stops is a matter of its seed. */
const SEEDS = 3;
const PROBES = '1,2,4,8,16,32,64,128';
const QUERY_FILES = 11;
/** Lists and lists searched where both sides search alike. */
const EXPAND_LISTS = '512,1';
/** Centers that RVC compresses a large voice to. */
const CLUSTERS = 10_000;
const CACHE = join(root, '.cache', 'bench');
const ENTRY = join(root, 'out', 'cli', 'index.js');
const STOCK = join(CACHE, 'faiss-node-0.5.1.node');
const STEPS = join(root, 'test', 'bench', 'engineSteps.cjs');
const MIB = 2 ** 20;

/** Stock faiss-node 0.5.1 names a type as FAISS 1.7.4 does; before, it was a member of Index. */
const IDX_T = `#include <faiss/Index.h>
#if FAISS_VERSION_MAJOR == 1 && (FAISS_VERSION_MINOR < 7 || (FAISS_VERSION_MINOR == 7 && FAISS_VERSION_PATCH < 4))
namespace faiss { using idx_t = Index::idx_t; }
#endif
`;

const report = createReport(process.stdout);

/** @typedef {{ wall: number, cpu: number, peak: number }} Usage Seconds, seconds, bytes. */

await runMain(async () => {
  if (process.platform !== 'linux') throw new Stop('The benchmark needs Linux.', 'It measures with /usr/bin/time.');
  await setup({ report, need: 'cli' });
  await ensureBuilt(CLI, report);
  await mkdir(CACHE, { recursive: true });
  const python = await findPython();
  // What the machine does besides slows both sides down, and differently from run to run.
  const load = loadavg()[0] ?? 0;
  const voice = await generate('v2', 20);
  const small = await generate('v1', 7);
  await buildStock();

  const training = await compareTraining(python, voice);
  const measuring = await compareMeasuring(python);
  const expanding = await compareExpanding(python, voice);
  const compressing = await compareCompressing(python);
  const engines = [await compareEngines(small, 20_000, ROUNDS), await compareEngines(voice, 50_000, 1)];
  const text = page(await machine(python, load), training, measuring, expanding, compressing, engines);
  const path = join(root, 'docs', 'benchmarks.md');
  await writeFile(path, text);
  await run(...tool('prettier/bin/prettier.cjs', ['--write', path]));
  report.note('docs/benchmarks.md is written.');
});

/** @returns {Promise<string>} A Python that has faiss, numpy and scikit-learn. */
async function findPython() {
  for (const python of ['/usr/bin/python3', 'python3']) {
    if ((await capture(python, ['-c', 'import faiss, numpy, sklearn'])).code === 0) return python;
  }
  throw new Stop(
    'There is no Python with faiss, numpy and scikit-learn.',
    'On Debian or Ubuntu: apt-get install python3-faiss python3-sklearn',
  );
}

/**
 * @param {'v1' | 'v2'} version
 * @param {number} minutes 3,000 frames each.
 * @returns {Promise<string>} The folder of features.
 */
async function generate(version, minutes) {
  const name = `${version}-${minutes}-minutes`;
  const features = join(CACHE, 'logs', name, version === 'v1' ? '3_feature256' : '3_feature768');
  const isThere = await access(features).then(
    () => true,
    () => false,
  );
  if (isThere) report.there(`Voice of ${minutes} minutes, ${version}`);
  else {
    await report.step(`Voice of ${minutes} minutes, ${version}, generating`, () =>
      run(process.execPath, [
        ENTRY,
        ...['sample', '--out', CACHE, '--name', name, '--version', version, '--minutes', String(minutes)],
      ]),
    );
  }
  return features;
}

/** Compiles the addon of stock faiss-node 0.5.1 against the same FAISS and BLAS as ours. */
async function buildStock() {
  const isThere = await access(STOCK).then(
    () => true,
    () => false,
  );
  if (isThere) return report.there('Stock faiss-node 0.5.1, compiled');
  const modules = join(root, 'node_modules');
  const blas = `/usr/lib/${(await run('gcc', ['-print-multiarch'])).trim()}/openblas-openmp`;
  const header = join(CACHE, 'idx_t.h');
  await writeFile(header, IDX_T);
  await report.step('Stock faiss-node 0.5.1, compiling', () =>
    run(
      'g++',
      [
        ...[
          '-O3',
          '-DNDEBUG',
          '-std=c++17',
          '-fPIC',
          '-shared',
          '-fopenmp',
          '-DNAPI_VERSION=6',
          '-w',
          '-include',
          header,
        ],
        ...['-I', join(modules, 'node-addon-api'), '-I', join(modules, 'node-api-headers', 'include')],
        ...['-o', STOCK, join(modules, 'faiss-node-upstream', 'src', 'faiss.cc')],
        ...['-l:libfaiss.a', `-L${blas}`, `-Wl,-rpath,${blas}`, '-lopenblas'],
      ],
      { remedy: 'It needs g++, libfaiss-dev and libopenblas-openmp-dev.' },
    ),
  );
}

/**
 * @param {string} python
 * @param {string} features
 */
async function compareTraining(python, features) {
  /** @type {{ ours: Usage[], theirs: Usage[], frames: number }} */
  const result = { ours: [], theirs: [], frames: 0 };
  const out = join(CACHE, 'out');
  for (let round = 1; round <= ROUNDS; round++) {
    await rm(out, { recursive: true, force: true });
    await mkdir(out);
    await report.step(`Training, round ${round} of ${ROUNDS}, Voronoice`, async () => {
      const { usage, stdout } = await measured(process.execPath, [
        ENTRY,
        ...['train', features, '--recipe', 'rvc', '--seed', String(round), '--out', out, '--json'],
      ]);
      result.frames = JSON.parse(stdout).vectors;
      result.ours.push(usage);
    });
    await rm(out, { recursive: true, force: true });
    await mkdir(out);
    await report.step(`Training, round ${round} of ${ROUNDS}, Python`, async () => {
      const script = join(root, 'test', 'bench', 'rvcTrain.py');
      result.theirs.push((await measured(python, [script, features, join(out, 'python.index')])).usage);
    });
  }
  await rm(out, { recursive: true, force: true });
  return { ...result, rawBytes: result.frames * 768 * 4 };
}

/**
 * A full measure of one index: 2,000 frames that it has never seen, exact truth, eight values of nprobe.
 *
 * @param {string} python
 */
async function compareMeasuring(python) {
  const features = await generate('v2', 24);
  const queries = join(CACHE, 'queries');
  const index = join(CACHE, 'measured');
  await rm(queries, { recursive: true, force: true });
  await rm(index, { recursive: true, force: true });
  await mkdir(queries);
  const names = (await readdir(features)).sort().slice(-QUERY_FILES);
  try {
    for (const name of names) await rename(join(features, name), join(queries, name));
    const built = await report.step('Index to measure', () =>
      run(process.execPath, [ENTRY, 'train', features, '--recipe', 'rvc', '--out', index, '--json']),
    );
    const { index: path, vectors, bytes } = JSON.parse(String(built));
    /** @type {{ ours: Usage[], theirs: Usage[] }} */
    const result = { ours: [], theirs: [] };
    let asked = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      await report.step(`Measuring, round ${round} of ${ROUNDS}, Voronoice`, async () => {
        const options = ['--queries', queries, '--nprobe', PROBES, '--most', '100000', '--json'];
        const { usage, stdout } = await measured(process.execPath, [ENTRY, 'measure', path, ...options]);
        asked = JSON.parse(stdout).queries.n;
        result.ours.push(usage);
      });
      await report.step(`Measuring, round ${round} of ${ROUNDS}, Python`, async () => {
        const script = join(root, 'test', 'bench', 'measurePeer.py');
        result.theirs.push((await measured(python, [script, path, queries, PROBES])).usage);
      });
    }
    return { ...result, vectors, bytes, asked };
  } finally {
    for (const name of names) await rename(join(queries, name), join(features, name)).catch(() => undefined);
    await rm(index, { recursive: true, force: true });
  }
}

/**
 * Alpha query expansion of a whole voice: exactly, through the same number of lists, and as the engine chooses itself.
 * Reading the files is in the peak but not in the time.
 *
 * @param {string} python
 * @param {string} features
 */
async function compareExpanding(python, features) {
  const ours = join(root, 'test', 'bench', 'expandOurs.cjs');
  const peer = join(root, 'test', 'bench', 'expandPeer.py');
  const scratch = join(CACHE, 'expanded');
  /** @param {string} who @param {string} program @param {readonly string[]} args */
  const once = (who, program, args) =>
    report.step(`Expanding, ${args[2]}, ${who}`, async () => {
      const { usage, stdout } = await measured(program, args);
      return { ...JSON.parse(stdout), peak: usage.peak };
    });
  const runs = [];
  for (const search of ['exact', EXPAND_LISTS, 'fast']) {
    const mine = [];
    const theirs = [];
    for (let round = 0; round < LONG_ROUNDS; round++) {
      mine.push(await once('Voronoice', process.execPath, [ours, features, search, scratch]));
      if (search !== 'fast') theirs.push(await once('Python', python, [peer, features, search]));
    }
    runs.push({ search, ours: mine, theirs });
  }
  return runs;
}

/**
 * Mini-batch k-means of a voice that RVC compresses, in memory and from a scratch file, and k-means of a part of it.
 *
 * @param {string} python
 */
async function compareCompressing(python) {
  const features = await generate('v2', 70);
  const script = join(root, 'test', 'bench', 'compressOurs.cjs');
  const peer = join(root, 'test', 'bench', 'compressPeer.py');
  const scratch = join(CACHE, 'compressed');
  /** @param {string} what @param {string} program @param {readonly string[]} args */
  const once = (what, program, args) =>
    report.step(`Compressing, ${what}`, async () => {
      const { usage, stdout } = await measured(program, args);
      return { ...JSON.parse(stdout), peak: usage.peak };
    });
  const ours = [];
  const theirs = [];
  for (let round = 1; round <= SEEDS; round++) {
    const seed = String(round);
    const words = [features, 'minibatch', String(CLUSTERS), seed];
    ours.push(await once(`round ${round} of ${SEEDS}, Voronoice`, process.execPath, [script, ...words]));
    theirs.push(await once(`round ${round} of ${SEEDS}, Python`, python, [peer, features, String(CLUSTERS), seed]));
  }
  const words = [features, 'minibatch', String(CLUSTERS), '1', scratch];
  const outOfCore = await once('out of core', process.execPath, [script, ...words]);
  const full = await once('k-means', process.execPath, [script, features, 'kmeans', String(CLUSTERS), '1']);
  return { ours, theirs, outOfCore, full };
}

/**
 * Runs a process to its end and measures all of it.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<{ usage: Usage, stdout: string }>}
 */
async function measured(program, args) {
  const report = join(CACHE, 'time.txt');
  const format = '%e %U %S %M';
  const stdout = await run('/usr/bin/time', ['-o', report, '-f', format, program, ...args]);
  const [wall = 0, user = 0, system = 0, kib = 0] = (await readFile(report, 'utf8')).trim().split(' ').map(Number);
  return { usage: { wall, cpu: user + system, peak: kib * 1024 }, stdout };
}

/**
 * @param {string} features
 * @param {number} rows
 * @param {number} rounds
 */
async function compareEngines(features, rows, rounds) {
  /** @type {Record<'ours' | 'stock', any[]>} */
  const runs = { ours: [], stock: [] };
  for (let round = 1; round <= rounds; round++) {
    for (const which of /** @type {const} */ (['ours', 'stock'])) {
      await report.step(`Engine, ${rows} rows, round ${round} of ${rounds}, ${which}`, async () => {
        const args = ['--max-old-space-size=8192', STEPS, which, STOCK, features, String(rows)];
        runs[which].push(JSON.parse(await run(process.execPath, args)));
      });
    }
  }
  const { dimension, nlist } = runs.ours[0];
  return { rows, dimension, nlist, rounds, ours: medians(runs.ours), stock: medians(runs.stock) };
}

/** @param {readonly any[]} runs */
function medians(runs) {
  /** @param {string} key */
  const of = (key) => median(runs.map((one) => one[key]));
  return { train: of('train'), add: of('add'), search: of('search'), peak: of('peak') };
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

/**
 * @param {string} python
 * @param {number} load Load average before the first run.
 */
async function machine(python, load) {
  const versions = 'import faiss, numpy, sys; print(sys.version.split()[0], faiss.__version__, numpy.__version__)';
  const [pythonVersion, faiss, numpy] = (await run(python, ['-c', versions])).trim().split(' ');
  const engine = JSON.parse(await run(process.execPath, ['-p', 'JSON.stringify(require("faiss-node").engineInfo())']));
  const name = /^PRETTY_NAME="(.*)"/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  return [
    `- ${cpus()[0]?.model ?? arch()}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    `- ${name}, kernel ${release()}`,
    `- Node ${process.versions.node}; engine: FAISS ${engine.faiss}, ${engine.simd}, ${engine.threads} threads`,
    `- Python ${pythonVersion}, faiss ${faiss}, numpy ${numpy}`,
    `- Load average before the first run: ${load.toFixed(1)}`,
  ].join('\n');
}

/**
 * @param {string} where
 * @param {Awaited<ReturnType<typeof compareTraining>>} training
 * @param {Awaited<ReturnType<typeof compareMeasuring>>} measuring
 * @param {Awaited<ReturnType<typeof compareExpanding>>} expanding
 * @param {Awaited<ReturnType<typeof compareCompressing>>} compressing
 * @param {readonly Awaited<ReturnType<typeof compareEngines>>[]} engines
 */
function page(where, training, measuring, expanding, compressing, engines) {
  /** @param {'wall' | 'cpu' | 'peak'} key */
  const ours = (key) => median(training.ours.map((usage) => usage[key]));
  /** @param {'wall' | 'cpu' | 'peak'} key */
  const theirs = (key) => median(training.theirs.map((usage) => usage[key]));
  const allowed = 1.3 * training.rawBytes + 300 * MIB;
  return `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}.

${where}

## Training a voice

A generated voice of ${number(training.frames)} frames x 768, from the folder of .npy files to the finished index, by RVC's rules:
read, join, shuffle, k-means, add in batches of 8,192, write. Voronoice also writes to a temporary file, brings it to the
disk, opens it again and checks every id. The whole process counts, from its start to its end. Median of ${ROUNDS} runs, taken in
turn.

|               | wall time | CPU time | peak memory |
| ------------- | --------- | -------- | ----------- |
| Voronoice     | ${seconds(ours('wall'))} | ${seconds(ours('cpu'))} | ${mebibytes(ours('peak'))} |
| Python, faiss | ${seconds(theirs('wall'))} | ${seconds(theirs('cpu'))} | ${mebibytes(theirs('peak'))} |

Single runs, wall time: Voronoice ${training.ours.map(({ wall }) => seconds(wall)).join(', ')}; Python
${training.theirs.map(({ wall }) => seconds(wall)).join(', ')}.

| target                                                   | allowed | measured |     |
| -------------------------------------------------------- | ------- | -------- | --- |
| wall time at most Python's                                | ${seconds(theirs('wall'))} | ${seconds(ours('wall'))} | ${met(ours('wall') <= theirs('wall'))} |
| peak memory at most 1.3 times the raw vectors + 300 MiB   | ${mebibytes(allowed)} | ${mebibytes(ours('peak'))} | ${met(ours('peak') <= allowed)} |

${measuringSection(measuring)}
${expandingSection(expanding)}
${compressingSection(compressing)}
## The engine against faiss-node 0.5.1

The same FAISS and BLAS under both, one process for each run, vectors of the same generated voices. Search asks 5,000
queries for 8 neighbors at nprobe 1. Stock faiss-node takes plain arrays; making them is not counted.
${engines.map(engineTable).join('\n')}`;
}

/** @param {Awaited<ReturnType<typeof compareMeasuring>>} comparison */
function measuringSection({ ours, theirs, vectors, bytes, asked }) {
  /** @param {readonly Usage[]} runs @param {'wall' | 'cpu' | 'peak'} key */
  const of = (runs, key) => median(runs.map((usage) => usage[key]));
  const allowed = bytes + 400 * MIB;
  return `## Measuring an index

An index of ${number(vectors)} x 768 by RVC's rules, ${number(asked)} frames that it has never seen, exact truth, and searches at nprobe
${PROBES.replaceAll(',', ', ')}, timed second by second of audio with all threads and with one. The peer is a script of numpy and
FAISS that computes the same figures; Voronoice also reads every id, hashes the file, draws the map of the groups and
bootstraps its intervals. Whole processes, median of ${ROUNDS} runs, taken in turn.

|               | wall time | CPU time | peak memory |
| ------------- | --------- | -------- | ----------- |
| Voronoice     | ${seconds(of(ours, 'wall'))} | ${seconds(of(ours, 'cpu'))} | ${mebibytes(of(ours, 'peak'))} |
| Python, faiss | ${seconds(of(theirs, 'wall'))} | ${seconds(of(theirs, 'cpu'))} | ${mebibytes(of(theirs, 'peak'))} |

| target                                     | allowed | measured |     |
| ------------------------------------------ | ------- | -------- | --- |
| wall time at most half of Python's          | ${seconds(of(theirs, 'wall') / 2)} | ${seconds(of(ours, 'wall'))} | ${met(of(ours, 'wall') <= of(theirs, 'wall') / 2)} |
| peak memory at most the index + 400 MiB     | ${mebibytes(allowed)} | ${mebibytes(of(ours, 'peak'))} | ${met(of(ours, 'peak') <= allowed)} |
`;
}

/** @param {Awaited<ReturnType<typeof compareExpanding>>} runs */
function expandingSection(runs) {
  /** @param {readonly any[]} some @param {'seconds' | 'peak'} key */
  const of = (some, key) => median(some.map((one) => one[key]));
  const [exact, lists, fast] = /** @type {typeof runs & { length: 3 }} */ (runs);
  const facts = fast.ours[0];
  const allowed = 1.3 * facts.bytes + 400 * MIB;
  const peak = Math.max(...runs.map(({ ours }) => of(ours, 'peak')));
  /** @param {string} name @param {(typeof runs)[number]} run */
  const row = (name, { ours, theirs }) => {
    const other =
      theirs.length === 0 ? '| |' : `${seconds(of(theirs, 'seconds'))} | ${mebibytes(of(theirs, 'peak'))} |`;
    return `| ${name} | ${seconds(of(ours, 'seconds'))} | ${mebibytes(of(ours, 'peak'))} | ${other}`;
  };
  /** @param {string} target @param {number} limit @param {number} value */
  const check = (target, limit, value) =>
    `| ${target} | ${seconds(limit)} | ${seconds(value)} | ${met(value <= limit)} |`;
  return `## Alpha query expansion

${number(facts.rows)} x 768, 10 neighbors, α 3, rows in place through a scratch file. The peer is a script of numpy and FAISS by the
same formula. Time without reading the files, peak memory of the whole process; ${runsOf(LONG_ROUNDS)}. Left to
itself, the engine searched ${facts.nprobe ?? 'all'} of ${facts.nlist ?? 'no'} lists, and a sample of ${number(facts.sample)} rows found ${(100 * facts.recall).toFixed(1)} % of their
neighbors; with IVF${EXPAND_LISTS.replace(',', ', nprobe ')} it was ${(100 * lists.ours[0].recall).toFixed(1)} %.

| search | Voronoice | peak memory | Python, faiss | peak memory |
| ------ | --------- | ----------- | ------------- | ----------- |
${row('exact', exact)}
${row(`IVF${EXPAND_LISTS.replace(',', ', nprobe ')}`, lists)}
${row('chosen by the engine', fast)}

| target | allowed | measured |     |
| ------ | ------- | -------- | --- |
${check("exact at most 0.8 of Python's", 0.8 * of(exact.theirs, 'seconds'), of(exact.ours, 'seconds'))}
${check("the same lists at most 0.8 of Python's", 0.8 * of(lists.theirs, 'seconds'), of(lists.ours, 'seconds'))}
${check('chosen lists at most 0.4 of our exact search', 0.4 * of(exact.ours, 'seconds'), of(fast.ours, 'seconds'))}
| recall of the chosen lists at least 99 % | 99 % | ${(100 * facts.recall).toFixed(1)} % | ${met(facts.recall >= 0.99)} |
| peak memory at most 1.3 times the raw vectors + 400 MiB | ${mebibytes(allowed)} | ${mebibytes(peak)} | ${met(peak <= allowed)} |
`;
}

/** @param {Awaited<ReturnType<typeof compareCompressing>>} comparison */
function compressingSection({ ours, theirs, outOfCore, full }) {
  /** @param {readonly any[]} runs @param {'seconds' | 'peak' | 'meanSquaredDistance'} key */
  const of = (runs, key) => median(runs.map((one) => one[key]));
  /** @param {readonly any[]} runs @param {'steps' | 'meanSquaredDistance'} key */
  const mean = (runs, key) => runs.reduce((sum, one) => sum + one[key], 0) / runs.length;
  const { rows, bytes } = outOfCore;
  const distances = [ours, theirs].map((runs) => mean(runs, 'meanSquaredDistance'));
  const [ourDistance = 0, theirDistance = 0] = distances;
  const allowed = bytes + 500 * MIB;
  /** @param {string} name @param {readonly any[]} runs */
  const row = (name, runs) =>
    `| ${name} | ${seconds(of(runs, 'seconds'))} | ${mean(runs, 'meanSquaredDistance').toFixed(3)} | ${mebibytes(of(runs, 'peak'))} |`;
  return `## Compressing a large voice

${number(rows)} x 768 to ${number(CLUSTERS)} centers, as RVC does above 200,000 frames: mini-batch k-means, batches of 256 x threads. The
peer is scikit-learn with RVC's arguments; its time is the fit alone, while Voronoice also assigns every frame exactly,
moves each center to the mean of its frames and leaves out unused ones. Both end by themselves, after ${number(Math.round(mean(ours, 'steps')))} and ${number(Math.round(mean(theirs, 'steps')))} batches on average: more batches, smaller
distance. Time and peak memory of the process: ${runsOf(SEEDS)}, each with another seed; the distance (squared, from each
frame to its nearest center) is the mean. Out of core and k-means ran once; k-means learns from 100,000 of the frames.

|     | time | mean squared distance | peak memory |
| --- | ---- | --------------------- | ----------- |
${row('Voronoice', ours)}
${row('Voronoice, frames in a scratch file', [outOfCore])}
${row('Python, scikit-learn', theirs)}
${row('k-means (FAISS) in Voronoice', [full])}

Single runs, mean squared distance: Voronoice ${ours.map((one) => one.meanSquaredDistance.toFixed(3)).join(', ')}; Python
${theirs.map((one) => one.meanSquaredDistance.toFixed(3)).join(', ')}. Voronoice took ${(of(theirs, 'seconds') / of(ours, 'seconds')).toFixed(1)} times less than scikit-learn and ${(full.seconds / of(ours, 'seconds')).toFixed(1)}
times less than k-means, whose distance is ${(100 * (1 - full.meanSquaredDistance / ourDistance)).toFixed(1)} % smaller.

| target | allowed | measured |     |
| ------ | ------- | -------- | --- |
| time at most half of scikit-learn's | ${seconds(of(theirs, 'seconds') / 2)} | ${seconds(of(ours, 'seconds'))} | ${met(of(ours, 'seconds') <= of(theirs, 'seconds') / 2)} |
| mean squared distance at most scikit-learn's | ${theirDistance.toFixed(3)} | ${ourDistance.toFixed(3)} | ${met(ourDistance <= theirDistance)} |
| peak memory at most the raw vectors + 500 MiB | ${mebibytes(allowed)} | ${mebibytes(of(ours, 'peak'))} | ${met(of(ours, 'peak') <= allowed)} |
| peak memory from a scratch file at most half of the raw vectors | ${mebibytes(bytes / 2)} | ${mebibytes(outOfCore.peak)} | ${met(outOfCore.peak <= bytes / 2)} |
`;
}

/** @param {Awaited<ReturnType<typeof compareEngines>>} comparison */
function engineTable({ rows, dimension, nlist, rounds, ours, stock }) {
  /** @param {'train' | 'add' | 'search'} key */
  const row = (key) =>
    `| ${key} | ${seconds(ours[key])} | ${seconds(stock[key])} | ${(stock[key] / ours[key]).toFixed(1)} x |`;
  return `
### ${number(rows)} x ${dimension}, IVF${nlist},Flat, ${rounds === 1 ? 'one run' : `median of ${rounds}`}

|        | ours | faiss-node 0.5.1 | faster |
| ------ | ---- | ---------------- | ------ |
${row('train')}
${row('add')}
${row('search')}
| peak memory | ${mebibytes(ours.peak)} | ${mebibytes(stock.peak)} | |
`;
}

/** @param {number} rounds */
function runsOf(rounds) {
  return rounds === 1 ? 'one run each' : `medians of ${rounds} runs, taken in turn`;
}

/** @param {boolean} isMet */
function met(isMet) {
  return isMet ? 'met' : '**missed**';
}

/** @param {number} value */
function number(value) {
  return value.toLocaleString('en-US');
}

/** @param {number} value */
function seconds(value) {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return `${Math.round(bytes / MIB)} MiB`;
}
