// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { effectScope, nextTick } from 'vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VoiceUse } from '@shared/contract/uses';
import type { Host } from '@shared/contract/primitives';
import { useVoiceUses } from '@/pages/voice/useVoiceUses';
import { useJobs } from '@/stores/jobs';
import { useLibrary } from '@/stores/library';
import { job, voice } from '../../../../fixtures/contract';

const aria = voice({ id: 'voice-00000001', name: 'aria' });

function use(host: Host, index: string | null): VoiceUse {
  const loads = { what: 'nothing', why: 'noMatch' } as const;
  const model = { model: 'aria.pth', slot: null, folder: null, key: 'aria', index, loads };
  return { host, path: `/${host}`, running: false, problem: null, root: 'token-0001', models: [model, model] };
}

/** What was asked, each question answered by hand. */
const asked: { readonly voice: string; readonly answer: (uses: VoiceUse[]) => Promise<void> }[] = [];
let scope = effectScope();

beforeEach(() => {
  setActivePinia(createPinia());
  asked.length = 0;
  scope = effectScope();
  const call = (_channel: string, { voice: id }: { voice: string }): Promise<VoiceUse[]> =>
    new Promise((resolve) => {
      const answer = async (uses: VoiceUse[]): Promise<void> => {
        resolve(uses);
        await nextTick();
      };
      asked.push({ voice: id, answer });
    });
  vi.stubGlobal('api', { call });
  const none = { sequence: 1, scanning: false, folders: [], indexes: [], models: [], away: {} };
  useLibrary().begin({ ...none, voices: [aria, voice({ id: 'voice-00000002' })] });
});
afterEach(() => scope.stop());

const open = (id: string): ReturnType<typeof useVoiceUses> => scope.run(() => useVoiceUses(id))!;
const ended = (id: string, kind: 'export' | 'takeBack' | 'measure', sequence: number): void => {
  const jobs = useJobs();
  const request = (kind === 'takeBack' ? { kind, job: 'job-0000000009' } : { kind, index: 'index-00000001' }) as never;
  jobs.apply(job({ id, sequence, state: 'running', request }));
  jobs.apply(job({ id, sequence: sequence + 1, state: 'done', request }));
};

describe('what the programs load for a voice', () => {
  it('is asked of the voice that is open, and of no other', async () => {
    open(aria.id);
    await vi.waitFor(() => expect(asked.map(({ voice: id }) => id)).toEqual([aria.id]));
  });

  it('is not asked of a voice that has left', async () => {
    open('voice-00000009');
    await nextTick();
    expect(asked).toEqual([]);
  });

  it('names the programs that load an index, each once', async () => {
    const { users } = open(aria.id);
    await asked[0]!.answer([use('rvc', 'index-00000001'), use('applio', 'index-00000001'), use('mangio', null)]);
    await vi.waitFor(() =>
      expect([...users.value].map(([id, hosts]) => [id, [...hosts]])).toEqual([['index-00000001', ['rvc', 'applio']]]),
    );
  });

  it('is asked again after a hand-over and when one was taken back, not after other jobs', async () => {
    open(aria.id);
    ended('job-0000000001', 'export', 1);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    ended('job-0000000002', 'takeBack', 1);
    await vi.waitFor(() => expect(asked).toHaveLength(3));
    ended('job-0000000003', 'measure', 1);
    await nextTick();
    expect(asked).toHaveLength(3);
  });

  it('is what was answered to the last question, whichever answer comes first', async () => {
    const { uses, look } = open(aria.id);
    const last = look();
    await asked[1]!.answer([use('applio', null)]);
    await last;
    await asked[0]!.answer([use('rvc', null)]);
    expect(uses.value.map(({ host }) => host)).toEqual(['applio']);
  });
});
