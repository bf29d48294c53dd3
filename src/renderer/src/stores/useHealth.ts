import type { IndexFile, Voice } from '@shared/contract/voices';
import { bestIndex, byHealth, type Health, indexHealth, voiceHealth } from '@shared/domain/verdict/health';
import { useMeasurements } from '@/stores/measurements';

/** The verdict on anything, with what is measured about it so far. */
export function useHealth() {
  const measurements = useMeasurements();
  const { look } = measurements;
  return {
    ofIndex: (index: IndexFile): Health => indexHealth(index, look(index)),
    ofVoice: (voice: Voice): Health => voiceHealth(voice, look),
    best: (voice: Voice): IndexFile | null => bestIndex(voice, look),
    sorted: (indexes: readonly IndexFile[]): IndexFile[] => [...indexes].sort(byHealth(look)),
    want: measurements.want,
  };
}
