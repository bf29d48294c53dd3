/**
 * Measures generated voices of different shapes and prints the tables that the thresholds of domain/verdict/verdict.ts rest on
 * (docs/decisions/0007-verdict-thresholds.md). Needs the built engine; takes a few minutes.
 *
 *     node test/bench/calibrateVerdict.mjs [voice,voice]
 */
import { Index, knn, Matrix, setThreads } from 'faiss-node';
import { openSources } from './loadSources.mjs';
import { chosen } from './voices.mjs';

const sources = await openSources();
const load = (name) => sources.load(`shared/domain/${name}`);
const { generateVoice } = await load('voice/sampleVoice');
const { chooseHeldOut } = await load('measures/holdOut');
const { createRandom, shuffledOrder } = await load('maths/random');
const { NEIGHBORS: K, rvcNlist } = await load('rvc');
const { summarizeLists } = await load('measures/listSizes');
const { quantile } = await load('maths/statistics');
const measures = await load('measures/measures');

setThreads(2);

const NPROBES = [1, 2, 3, 4, 8, 16, 32];
const SEED = 1;

const percent = (share) => `${(100 * share).toFixed(1)}`;
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);

console.log('## Held-out frames ask\n');
row(
  'voice',
  'frames',
  'lists',
  'small %',
  'imbalance',
  'nprobe',
  'recall',
  'closeness',
  'missing %',
  'dropped %',
  'same %',
  'different %',
  'norm ratio',
);
row(...Array(13).fill('---'));
const optimistic = [];
const strangers = [];
for (const voice of chosen(process.argv[2])) await calibrate(voice);

console.log('\n## Stored vectors ask, each leaving itself out\n');
row('voice', 'nprobe', 'recall', 'missing %');
row(...Array(4).fill('---'));
for (const cells of optimistic) row(...cells);

console.log('\n## How far features lie from the index (ratio of median squared distances)\n');
row('voice', 'the same voice', 'shifted by 0.2 of the norm', 'shifted by 0.4', 'other voice');
row(...Array(5).fill('---'));
for (const cells of strangers) row(...cells);
await sources.close();

async function calibrate(voice) {
  const { dimension } = voice;
  const clips = [...generateVoice(voice)];
  const held = chooseHeldOut(
    clips.map((clip) => ({ frames: clip.rows })),
    SEED,
  );
  const asking = clips.filter((_, file) => held.files.includes(file));
  const kept = clips.filter((_, file) => !held.files.includes(file));
  const base = matrixOf(kept, dimension);
  const queries = matrixOf(asking, dimension);
  const runs = asking.map((clip) => clip.rows);

  const index = await train(base);
  const lists = summarizeLists(index.listSizes());
  const truth = await knn(queries, base, K);
  const queryRows = queries.toFloat32Array();
  const step = measures.stepSize(queryRows, dimension, runs);
  const exact = await blends(base, truth, dimension);
  for (const nprobe of NPROBES) {
    const found = await index.search(queries, K, { nprobe });
    const blended = await blends(base, found, dimension);
    const point = measures.qualityPoint({
      nprobe,
      found,
      truth,
      runs,
      differences: measures.rowDistances(blended, exact, dimension),
      step,
      normRatio: measures.normRatio(measures.rowNorms(blended, dimension), measures.rowNorms(queryRows, dimension)),
      seed: SEED,
    });
    row(
      ...(nprobe === 1
        ? [voice.name, base.rows, lists.nlist, percent(lists.small / lists.nlist), lists.imbalance.toFixed(2)]
        : ['', '', '', '', '']),
      nprobe,
      point.recall.value.toFixed(3),
      point.closeness.value.toFixed(3),
      `${percent(point.missing.value)} (to ${percent(point.missing.high)})`,
      point.droppedBlocks === null ? '' : percent(point.droppedBlocks.value),
      percent(point.blend.same),
      percent(point.blend.different),
      point.normRatio.toFixed(2),
    );
  }

  await measureStrangers(voice, kept, asking, base);
  index.close();
  base.close();
  await measureOptimistic(voice, matrixOf(clips, dimension));
}

async function measureOptimistic(voice, all) {
  const index = await train(all);
  const rows = shuffledOrder(all.rows, createRandom(SEED)).slice(0, 2_000).sort();
  const queries = await all.gather(rows);
  const truth = withoutSelf(await knn(queries, all, K + 1), rows);
  for (const nprobe of NPROBES.slice(0, 5)) {
    const found = withoutSelf(await index.search(queries, K + 1, { nprobe }), rows);
    const recall = measures.recallPerFrame(found, truth);
    const missing = measures.missingPerFrame(found.labels);
    optimistic.push([
      nprobe === 1 ? voice.name : '',
      nprobe,
      (recall.reduce((sum, value) => sum + value, 0) / recall.length).toFixed(3),
      percent(missing.filter((count) => count > 0).length / missing.length),
    ]);
  }
  index.close();
  all.close();
}

async function measureStrangers(voice, kept, asking, base) {
  const { dimension } = voice;
  const nearest = async (matrix) => quantile((await knn(matrix, base, 1)).distances, 0.5);
  const own = await nearest(matrixOf(asking, dimension));
  const random = createRandom(SEED);
  const direction = Float32Array.from({ length: dimension }, () => random.normal());
  const length = Math.hypot(...direction);
  const shifted = (share) =>
    asking.map((clip) => {
      const norms = measures.rowNorms(clip.data, dimension);
      const data = clip.data.map(
        (value, cell) =>
          (value + (share * norms[Math.floor(cell / dimension)] * direction[cell % dimension]) / length) /
          Math.sqrt(1 + share * share),
      );
      return { ...clip, data };
    });
  const other = [...generateVoice({ ...voice, minutes: 0.5, seed: voice.seed + 100 })];
  const within = await nearest(matrixOf(kept.slice(0, 1), dimension));
  if (within > 1e-3) throw new Error('A stored frame must find itself.');
  strangers.push([
    voice.name,
    '1',
    ((await nearest(matrixOf(shifted(0.2), dimension))) / own).toFixed(2),
    ((await nearest(matrixOf(shifted(0.4), dimension))) / own).toFixed(2),
    ((await nearest(matrixOf(other, dimension))) / own).toFixed(2),
  ]);
}

async function train(base) {
  const index = Index.fromFactory(base.columns, `IVF${rvcNlist(base.rows)},Flat`);
  await index.train(base);
  await index.add(base);
  return index;
}

async function blends(base, neighbors, dimension) {
  const frames = neighbors.labels.length / K;
  const out = new Float32Array(frames * dimension);
  const labels = neighbors.labels.map((label) => Math.max(0, label));
  for (let first = 0; first < frames; first += 256) {
    const last = Math.min(frames, first + 256);
    const gathered = await base.gather(labels.slice(first * K, last * K));
    measures.blendBlock(
      out.subarray(first * dimension, last * dimension),
      gathered.toFloat32Array(),
      {
        distances: neighbors.distances.subarray(first * K, last * K),
        labels: neighbors.labels.subarray(first * K, last * K),
      },
      dimension,
    );
    gathered.close();
  }
  return out;
}

function withoutSelf({ distances, labels }, rows) {
  const kept = { distances: new Float32Array(rows.length * K), labels: new Int32Array(rows.length * K) };
  for (let frame = 0; frame < rows.length; frame++) {
    let place = 0;
    for (let cell = frame * (K + 1); cell < (frame + 1) * (K + 1) && place < K; cell++) {
      if (labels[cell] === rows[frame]) continue;
      kept.distances[frame * K + place] = distances[cell];
      kept.labels[frame * K + place] = labels[cell];
      place++;
    }
  }
  return kept;
}

function matrixOf(clips, dimension) {
  const matrix = new Matrix(
    clips.reduce((sum, clip) => sum + clip.rows, 0),
    dimension,
  );
  let at = 0;
  for (const clip of clips) {
    matrix.set(at, clip.data);
    at += clip.rows;
  }
  return matrix;
}
