import type { Fit, ModelFacts, ModelFile } from '@shared/contract/models';
import type { IndexFile } from '@shared/contract/voices';
import { count, megabytes, paragraph, problemText, table } from '../words';

/** What a model file is, for a person: what speaks against it first, then its facts. */
export function modelText({ facts, bytes, problems }: Described): string {
  const rows: (readonly [string, string | null])[] = [
    ['Name', facts.name],
    ['Version', facts.version === null ? null : `${facts.version}, ${facts.dimension ?? '?'} numbers a frame`],
    ['Sample rate', rateText(facts)],
    ['Pitch', facts.f0 === null ? null : facts.f0 ? 'follows it' : 'does not follow it'],
    ['Embedder', facts.embedder],
    ['Trained', trainedText(facts)],
    ['Author', facts.author],
    ['Remark', facts.info],
    ['Written by', facts.old ? 'PyTorch before 1.6' : null],
    ['Size', megabytes(bytes)],
  ];
  const known = rows.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const]));
  const verdict = problems.length === 0 ? ['A voice model of RVC.'] : problems.map(problemText);
  return paragraph([...verdict, '', ...table(known)]);
}

interface Described {
  readonly facts: ModelFacts;
  readonly bytes: number;
  readonly problems: readonly NonNullable<ModelFile['problem']>[];
}

/** A model of a voice in a list: one line, and one for each index that does not fit it. */
export function modelLines(model: ModelFile, indexes: readonly IndexFile[]): string[] {
  const unfit = indexes.flatMap(({ id, name }) => {
    const fit = model.fits[id];
    return fit === undefined || fit.fits === 'yes' ? [] : [`    ${name}: ${fitText(fit)}`];
  });
  return [`  model: ${model.name}  ${modelSummary(model)}`, ...(model.problem === null ? unfit : [])];
}

/** What a model is, in one line. */
export function modelSummary({ facts, problem }: Pick<ModelFile, 'facts' | 'problem'>): string {
  if (problem !== null || facts === null) return problem?.message ?? '';
  const known = [
    facts.version,
    rateText(facts),
    facts.f0 === null ? null : facts.f0 ? 'with pitch' : 'without pitch',
    facts.embedder,
    trainedText(facts),
    facts.author === null ? null : `by ${facts.author}`,
  ];
  return known.filter((word) => word !== null).join(', ');
}

function rateText({ sampleRate }: ModelFacts): string | null {
  return sampleRate === null ? null : `${sampleRate / 1_000} kHz`;
}

function trainedText({ epochs, steps }: ModelFacts): string | null {
  const parts = [
    epochs === null ? null : `${count(epochs)} epochs`,
    steps === null ? null : `${count(steps)} steps`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}

/** Whether an index fits a model, in a sentence with its reason. */
export function fitText(fit: Fit): string {
  switch (fit.fits) {
    case 'yes':
      return 'This index fits the model.';
    case 'doubtful':
      return 'This index may not fit the model. The voice has changed since the index was made, and the model is newer.';
    case 'unknown':
      return 'Whether this index fits cannot be told: the model file does not say what features it is for.';
    case 'no':
      return `This index does not fit the model. ${REASONS[fit.reason](fit.model, fit.index)}`;
  }
}

const REASONS: Readonly<
  Record<Extract<Fit, { fits: 'no' }>['reason'], (model: string | number, index: string | number) => string>
> = {
  dimension: (model, index) => `The model takes frames of ${model} numbers, the index holds frames of ${index}.`,
  embedder: (model, index) => `The model is made for features of ${model}, the index is of features of ${index}.`,
  noVoice: () => 'The model file holds no voice.',
};
