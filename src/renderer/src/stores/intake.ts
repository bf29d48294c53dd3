import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { Offer } from '@shared/contract/intake';
import type { AddResult } from '@shared/contract/library';
import type { Failure } from '@shared/contract/errors';
import type { Sight } from '@shared/jobs/look';
import { failureOf } from './failure';

/** One thing that was dropped or chosen, and what came of it. */
export interface Taken extends Offer {
  /** What it is; null when it could not be looked at. */
  readonly sight: Sight | null;
  /** What it brought into the library; null: nothing was added. */
  readonly added: AddResult | null;
  readonly failure: Failure | null;
}

/** Takes in what a person hands to the window, in whichever way, and keeps what there is to say about it. */
export const useIntakeStore = defineStore('intake', () => {
  /** What the panel speaks of; empty: it is closed. */
  const shown = shallowRef<readonly Taken[]>([]);
  /** Things that are being looked at. */
  const looking = ref(0);

  /** What each of them is; folders and sound indexes are in the library then, and nothing else is. */
  async function take(offers: readonly Offer[]): Promise<readonly Taken[]> {
    looking.value += offers.length;
    try {
      return await Promise.all(offers.map(takeOne));
    } finally {
      looking.value -= offers.length;
    }
  }

  async function takeOne(offer: Offer): Promise<Taken> {
    try {
      const sight = await window.api.call('intake.look', { token: offer.token });
      const isKept = sight.what === 'folder' || (sight.what === 'index' && sight.problem === null);
      return { ...offer, sight, added: isKept ? await add(offer) : null, failure: null };
    } catch (error) {
      return { ...offer, sight: null, added: null, failure: failureOf(error) };
    }
  }

  const add = ({ token }: Offer): Promise<AddResult> => window.api.call('library.add', { token });

  function show(things: readonly Taken[]): void {
    shown.value = things;
  }

  return { shown, looking, take, add, show };
});
