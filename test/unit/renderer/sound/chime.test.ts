import { expect, it } from 'vitest';
import { chime } from '@/sound/chime';

it('the sound of an end begins and ends in silence, and is not loud', () => {
  const { rate, samples } = chime();
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  expect(samples.length / rate).toBeLessThan(1.5);
  expect(peak).toBeGreaterThan(0.1);
  expect(peak).toBeLessThan(0.5);
  expect(Math.abs(samples[0] ?? 1)).toBeLessThan(1e-6);
  expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.01);
});
