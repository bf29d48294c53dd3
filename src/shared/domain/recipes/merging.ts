/**
 * How many frames of each voice go into a merged index, so that their parts are as the weights ask and as many as
 * possible are kept.
 *
 * @param frames Of each voice.
 * @param weights Of each voice, at least 0; only their proportions count. All zero, and nothing is kept.
 * @returns as many numbers, each at most the voice's frames
 */
export function balancedFrames(frames: readonly number[], weights: readonly number[]): readonly number[] {
  // The voice that is shortest for its part decides how much of the others fits beside it.
  const scale = Math.min(
    ...frames.flatMap((count, voice) => {
      const weight = weights[voice] ?? 0;
      return weight > 0 ? [count / weight] : [];
    }),
  );
  return frames.map((count, voice) => {
    const weight = weights[voice] ?? 0;
    return weight > 0 ? Math.min(count, Math.round(scale * weight)) : 0;
  });
}
