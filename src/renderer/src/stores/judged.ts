import { shallowRef, watch } from 'vue';
import { defineStore } from 'pinia';
import type { MeasurementOutline } from '@shared/contract/measurement';
import type { Voice } from '@shared/contract/voices';
import { type JudgedVoice, judgedVoice } from '@shared/domain/voice/arranging';
import { createSlices } from './slices';
import { useLibrary } from './library';
import { useMeasurements } from './measurements';

/** A verdict, and what it rests on. */
interface Ruling {
  readonly judged: JudgedVoice;
  readonly measured: readonly (MeasurementOutline | null)[];
}

/** The verdict on every voice of the library: of thousands, too, without holding up the page. */
export const useJudged = defineStore('judged', () => {
  const library = useLibrary();
  const measurements = useMeasurements();
  /** In the order of the library; those come last that nobody has looked at yet. */
  const voices = shallowRef<readonly JudgedVoice[]>([]);
  /** What holds until a voice or a measurement of it is another. */
  const rulings = new Map<string, Ruling>();
  let round = 0;

  function rule(voice: Voice): JudgedVoice {
    const before = rulings.get(voice.id);
    const measured = voice.indexes.map(measurements.look);
    const holds = before?.judged.voice === voice && measured.every((of, place) => of === before.measured[place]);
    if (before && holds) return before.judged;
    const judged = judgedVoice(voice, measurements.look);
    rulings.set(voice.id, { judged, measured });
    return judged;
  }

  async function judgeAll(): Promise<void> {
    round += 1;
    const mine = round;
    const slices = createSlices();
    const all: JudgedVoice[] = [];
    for (const voice of library.voices) {
      if (slices.isOver()) {
        await slices.pause();
        if (mine !== round) return;
      }
      all.push(rule(voice));
    }
    voices.value = all;
    forgetOthers(all);
  }

  function forgetOthers(all: readonly JudgedVoice[]): void {
    if (rulings.size === all.length) return;
    const known = new Set(all.map(({ voice }) => voice.id));
    for (const id of rulings.keys()) if (!known.has(id)) rulings.delete(id);
  }

  watch(
    () => library.snapshot,
    ({ voices: all, indexes }) => measurements.want([...all.flatMap((voice) => voice.indexes), ...indexes]),
    { immediate: true },
  );
  watch([() => library.voices, () => measurements.known], () => void judgeAll(), { immediate: true, flush: 'sync' });

  return { voices };
});
