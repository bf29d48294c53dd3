import type { ModelFile } from '@shared/contract/models';
import type { Checkpoint } from '@shared/contract/voices';
import { wholeNumber } from '../maths/wholeNumber';
import { layouts } from './index';

/** A state of a training, generator or discriminator: `G_2333.pth`. RVC and Applio call them alike. */
const TRAINING_STATE = /^(?<half>[GD])_(?<step>\d+)\.pth$/;

/** RVC's "save only the latest" uses this number instead of the step. */
const LATEST_ONLY = '2333333';

/** Whether a file is what a training goes on from, and no model to load. */
export function isTrainingState(fileName: string): boolean {
  return TRAINING_STATE.test(fileName);
}

/** What a file in a voice's folder says of its training by its name; null when that is nothing. */
export function checkpointIn(fileName: string, voice: string): Checkpoint | null {
  const groups = TRAINING_STATE.exec(fileName)?.groups;
  if (groups?.['half'] === 'D') return null;
  const step = groups?.['step'];
  if (step !== undefined) return { name: fileName, epoch: null, step: step === LATEST_ONLY ? null : wholeNumber(step) };
  return modelOf(fileName, voice);
}

/**
 * Reads the name of a model as hosts save them: the voice's name, then nothing or how far its training was.
 *
 * @returns null for a model of another voice: `songbird.pth` is none of `song`
 */
export function modelOf(fileName: string, voice: string): Checkpoint | null {
  if (!fileName.startsWith(voice)) return null;
  const rest = fileName.slice(voice.length);
  if (rest === '.pth') return { name: fileName, epoch: null, step: null };
  for (const [, { checkpoint }] of layouts()) {
    const groups = checkpoint?.exec(rest)?.groups;
    if (groups === undefined) continue;
    return { name: fileName, epoch: wholeNumber(groups['epoch']), step: wholeNumber(groups['step']) };
  }
  return null;
}

/** Those of many voices that a model may be of by its name: nearly always none or one. */
export function voicesNamedBy(fileName: string, voices: ReadonlySet<string>): readonly string[] {
  const beginnings = Array.from({ length: fileName.length }, (_, end) => fileName.slice(0, end + 1));
  return beginnings.filter((voice) => voices.has(voice) && modelOf(fileName, voice) !== null);
}

/** What a model is called: its file name without the ending. */
export function modelStem(fileName: string): string {
  return fileName.replace(/\.(pth|onnx)$/i, '');
}

/** What a hand-over is asked for beside the voice's name, where a host would not find the index for a model by that. */
export function namedFor(model: string | null, voice: string): { readonly model?: string } {
  return model === null || modelStem(model) === voice ? {} : { model };
}

/**
 * The model of a voice that an index is most likely for: the one called like the voice, which the host shows first; else
 * the one that was trained longest.
 *
 * @returns null when none of them is a voice
 */
export function modelToServe(models: readonly ModelFile[], voice: string): ModelFile | null {
  const loadable = models.filter(({ facts }) => facts?.what === 'voice');
  const epochs = ({ facts }: ModelFile): number => facts?.epochs ?? 0;
  const longest = loadable.toSorted((a, b) => epochs(b) - epochs(a) || b.modified - a.modified);
  return loadable.find(({ name }) => modelStem(name) === voice) ?? longest[0] ?? null;
}
