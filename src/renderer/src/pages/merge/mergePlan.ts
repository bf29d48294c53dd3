import { MOST_SOURCES } from '@shared/contract/record';
import type { Voice } from '@shared/contract/voices';
import { MOST_NAME_BYTES, nameFault } from '@shared/domain/hosts/names';
import { balancedFrames } from '@shared/domain/recipes/merging';
import { hasMaterial } from '@shared/domain/voice/material';

type Material = Pick<Voice, 'id' | 'name' | 'frames' | 'dimension' | 'embedder' | 'problem'>;

/** `minutes`: every frame of each voice; `equal`: as many of each; `hand`: as the person says. */
export const BALANCES = ['equal', 'minutes', 'hand'] as const;
export type Balance = (typeof BALANCES)[number];

/** Parts are chosen by hand as percentages of one another; none is left out altogether. */
export const LEAST_PART = 5;
export const WHOLE_PART = 100;

/** Why a voice cannot be merged with the chosen ones. */
export type Obstacle =
  | { readonly reason: 'noFeatures' | 'full' }
  | { readonly reason: 'dimension'; readonly own: number; readonly other: number }
  | { readonly reason: 'embedder'; readonly own: string; readonly other: string };

/**
 * What keeps a voice from being added to the chosen ones; null when nothing does. As far as the embedders are known they
 * must be the same: numbers of two embedders mean different things.
 */
export function obstacleTo(voice: Material, chosen: readonly Material[]): Obstacle | null {
  if (!hasMaterial(voice) || voice.dimension === null) return { reason: 'noFeatures' };
  const others = chosen.filter(({ id }) => id !== voice.id);
  const other = others.find(({ dimension }) => dimension !== voice.dimension);
  if (other !== undefined) return { reason: 'dimension', own: voice.dimension, other: other.dimension ?? 0 };
  const { embedder } = voice;
  const foreign = others.find((known) => known.embedder !== null && known.embedder !== embedder)?.embedder;
  if (embedder !== null && foreign != null) return { reason: 'embedder', own: embedder, other: foreign };
  return others.length === chosen.length && chosen.length >= MOST_SOURCES ? { reason: 'full' } : null;
}

/** The weight of each voice; null for all: every frame. */
export function weightsOf(balance: Balance, parts: readonly number[]): readonly (number | null)[] {
  switch (balance) {
    case 'equal':
      return parts.map(() => 1);
    case 'minutes':
      return parts.map(() => null);
    case 'hand':
      return [...parts];
  }
}

export interface Portion {
  readonly frames: number;
  /** Of the merged index, 0 to 1. */
  readonly share: number;
}

/** What of each voice goes into the index. */
export function portionsOf(frames: readonly number[], weights: readonly (number | null)[]): readonly Portion[] {
  const numbers = weights.filter((weight) => weight !== null);
  const kept = numbers.length === weights.length ? balancedFrames(frames, numbers) : frames;
  const all = kept.reduce((sum, count) => sum + count, 0);
  return kept.map((count) => ({ frames: count, share: all === 0 ? 0 : count / all }));
}

/** A name that tells which voices are in it, as far as there is room. */
export function proposedName(names: readonly string[]): string {
  const letters = Array.from(names.join('-'));
  while (letters.length > 0 && nameFault(letters.join(''), MOST_NAME_BYTES) !== null) letters.pop();
  return letters.join('');
}

/**
 * Hues that tell the voices apart: each its avatar's own unless an earlier one has it, then the next that is free.
 *
 * @param own Position of each voice's own hue among `hues`.
 */
export function distinctHues(own: readonly number[], hues: readonly number[]): readonly number[] {
  const taken = new Set<number>();
  return own.map((wanted) => {
    const order = hues.map((_, step) => (wanted + step) % hues.length);
    const place = order.find((candidate) => !taken.has(candidate)) ?? wanted;
    taken.add(place);
    return hues[place] ?? 0;
  });
}
