import type { Offer } from '@shared/contract/intake';

/** One folder for one thing, by the system's dialog; null when the person cancels. What is to be taken in has `useIntake`. */
export async function pickFolder(): Promise<Offer | null> {
  const [picked] = await window.api.call('intake.pick', { what: 'folder' });
  return picked ?? null;
}
