import { VoronoiceError } from '@shared/contract/errors';
import type { ModelFacts } from '@shared/contract/models';
import { versionOf } from '@shared/domain/rvc';
import { isList, type PickleValue, readPickle, type Tensor } from './pickle';

/**
 * The magic number that PyTorch before 1.6 writes first, as a pickle of its own (torch/serialization.py, `MAGIC_NUMBER`).
 */
const OLD_MAGIC = 0x1950a86a20f9469cfc6cn;

/** Of those files: magic number, protocol, facts of the system, and then what was saved. */
const OLD_PICKLES_BEFORE = 3;

/**
 * What a file of PyTorch says of itself, without PyTorch.
 *
 * RVC's small models are `{weight, config, info, sr, f0, version}` (infer/lib/train/process_ckpt.py, `savee`); Applio
 * adds `epoch, step, embedder_model, model_name, author` (rvc/train/process/extract_model.py). Files of a training under
 * way are `{model, iteration, optimizer, learning_rate}` (infer/lib/train/utils.py, `save_checkpoint`).
 *
 * @param bytes `data.pkl` of the file's ZIP; of a file from before PyTorch 1.6 its beginning
 * @throws `MODEL_RUNS_CODE`, `MODEL_CORRUPT`
 */
export function readModel(bytes: Uint8Array): ModelFacts {
  const first = readPickle(bytes);
  if (first.value !== OLD_MAGIC) return factsOf(first.value, false);
  let at = first.end;
  for (let skipped = 1; skipped < OLD_PICKLES_BEFORE; skipped++) at = readPickle(bytes, at).end;
  return factsOf(readPickle(bytes, at).value, true);
}

type Dictionary = ReadonlyMap<string, PickleValue>;

function factsOf(value: PickleValue, old: boolean): ModelFacts {
  if (!(value instanceof Map)) throw new VoronoiceError('MODEL_CORRUPT', 'It holds no dictionary.', {});
  const file: Dictionary = value;
  const weights = dictionaryOf(file.get('weight'));
  const training = dictionaryOf(file.get('model'));
  const network = weights ?? training ?? file;
  const dimension = dimensionOf(network);
  const config = file.get('config');
  return {
    type: 'model',
    what: whatIs(file, weights, training),
    version: versionIn(file, dimension),
    dimension,
    sampleRate: sampleRateOf(file.get('sr')) ?? sampleRateOf(isList(config) ? config.at(-1) : undefined),
    f0: flag(file.get('f0')),
    embedder: text(file.get('embedder_model')),
    epochs: whole(file.get('epoch')) ?? whole(file.get('iteration')) ?? epochsIn(file.get('info')),
    steps: whole(file.get('step')),
    name: text(file.get('model_name')) ?? text(file.get('name')),
    author: text(file.get('author')),
    info: text(file.get('info')),
    old,
  };
}

function whatIs(file: Dictionary, weights: Dictionary | null, training: Dictionary | null): ModelFacts['what'] {
  if (weights !== null) return weights.has(PHONE_WEIGHT) ? 'voice' : foreign(weights);
  if (training === null) return foreign(file);
  if (training.has(PHONE_WEIGHT)) return file.has('optimizer') ? 'training' : 'pretrained';
  // Discriminators judge sound and have no voice in them: MultiPeriodDiscriminator's are numbered.
  return hasKey(training, /^discriminators\./) ? 'discriminator' : foreign(training);
}

/** What people take for an RVC voice, by a layer that nothing else has. */
function foreign(network: Dictionary): ModelFacts['what'] {
  // HuBERT and its kin (fairseq/models/wav2vec/wav2vec2.py, ConvFeatureExtractionModel).
  if (hasKey(network, /^feature_extractor\.conv_layers\./)) return 'embedder';
  // so-vits-svc 3 and 4 (models.py, SynthesizerTrn: emb_uv; TextEncoder: f0_emb).
  return hasKey(network, /^(emb_uv|enc_p\.f0_emb)\.weight$/) ? 'sovits' : 'other';
}

function hasKey(network: Dictionary, pattern: RegExp): boolean {
  return [...network.keys()].some((key) => pattern.test(key));
}

/** The layer that takes the features in: hidden x dimension (infer/lib/infer_pack/models.py, `TextEncoder`). */
const PHONE_WEIGHT = 'enc_p.emb_phone.weight';

function dimensionOf(network: Dictionary): number | null {
  const weight = network.get(PHONE_WEIGHT);
  return isTensor(weight) ? (weight.shape[1] ?? null) : null;
}

function versionIn(file: Dictionary, dimension: number | null): ModelFacts['version'] {
  // The shape cannot be wrong; the text can.
  if (dimension !== null) return versionOf(dimension);
  const version = file.get('version');
  return version === 'v1' || version === 'v2' ? version : null;
}

/** `"48k"`, `48000` or `"48000"` as Hertz. */
function sampleRateOf(value: PickleValue | undefined): number | null {
  if (typeof value === 'number') return value >= 1_000 && Number.isFinite(value) ? value : null;
  if (typeof value !== 'string') return null;
  const [, digits, kilo] = /^(\d{1,6}(?:\.\d+)?)(k?)$/i.exec(value) ?? [];
  if (digits === undefined) return null;
  return Number(digits) * (kilo === '' ? 1 : 1_000);
}

/** RVC writes "250epoch", Applio "250e_1000s"; people type what they like. */
function epochsIn(value: PickleValue | undefined): number | null {
  const [, digits] = typeof value === 'string' ? (/^(\d{1,7})e/i.exec(value) ?? []) : [];
  return digits === undefined ? null : Number(digits);
}

function flag(value: PickleValue | undefined): boolean | null {
  if (typeof value === 'boolean') return value;
  return value === 0 || value === 1 ? value === 1 : null;
}

function whole(value: PickleValue | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** At most what a line can show. */
function text(value: PickleValue | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 300) : null;
}

function dictionaryOf(value: PickleValue | undefined): Dictionary | null {
  return value instanceof Map ? value : null;
}

function isTensor(value: PickleValue | undefined): value is Tensor {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor';
}
