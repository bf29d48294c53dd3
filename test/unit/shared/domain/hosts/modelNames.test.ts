import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpointIn, isTrainingState, modelOf, modelToServe, voicesNamedBy } from '@shared/domain/hosts/modelNames';
import { modelFile } from '../../../../fixtures/mainServices';

describe('modelOf', () => {
  it.each([
    ['song.pth', null, null],
    ['song_e20_s400.pth', 20, 400],
    ['song_200e_4000s.pth', 200, 4_000],
    ['song_200e_4000s_best_epoch.pth', 200, 4_000],
    ['song_99999999999999999999e_4000s.pth', null, 4_000],
  ])('reads %s as a model of song', (name, epoch, step) => {
    expect(modelOf(name, 'song')).toEqual({ name, epoch, step });
  });

  it.each(['songbird.pth', 'song_e20.pth', 'song-2_e20_s400.pth', 'song.index', 'mysong.pth', 'G_400.pth'])(
    'takes %s for no model of song',
    (name) => {
      expect(modelOf(name, 'song')).toBeNull();
    },
  );
});

describe('voicesNamedBy', () => {
  it('are those of which it is a model, however many there are', () => {
    const voice = fc.constantFrom('song', 'song_e20', 'songbird', 's', '노래', '🎤 a', 'A', 'a');
    const ending = fc.constantFrom('.pth', '_e20_s400.pth', '_200e_4000s.pth', '_e20_s1_e20_s400.pth', '.index', '');
    fc.assert(
      fc.property(voice, ending, fc.array(voice), (name, rest, others) => {
        const voices = new Set(others);
        const models = [...voices].filter((other) => modelOf(name + rest, other) !== null);
        expect([...voicesNamedBy(name + rest, voices)].sort()).toEqual(models.sort());
      }),
    );
  });
});

describe('checkpointIn', () => {
  it('tells how far a training is by its generator, and counts it once', () => {
    expect(checkpointIn('G_400.pth', 'song')).toEqual({ name: 'G_400.pth', epoch: null, step: 400 });
    expect(checkpointIn('G_2333333.pth', 'song')).toEqual({ name: 'G_2333333.pth', epoch: null, step: null });
    expect(checkpointIn('G_99999999999999999999.pth', 'song')).toMatchObject({ step: null });
    expect(checkpointIn('D_400.pth', 'song')).toBeNull();
    expect(checkpointIn('song_e1_s2.pth', 'song')).toMatchObject({ epoch: 1 });
  });
});

describe('isTrainingState', () => {
  it('knows both halves, and no model', () => {
    expect(['G_1.pth', 'D_1.pth', 'G_x.pth', 'song.pth'].map(isTrainingState)).toEqual([true, true, false, false]);
  });
});

describe('modelToServe', () => {
  const trained = (path: string, epochs: number) => {
    const file = modelFile(path);
    return { ...file, facts: file.facts && { ...file.facts, epochs } };
  };

  it('is the model called like the voice, else the one that was trained longest', () => {
    const models = [trained('/song_e20_s400.pth', 20), trained('/song_e90_s1800.pth', 90), trained('/song.pth', 10)];
    expect(modelToServe(models, 'song')?.name).toBe('song.pth');
    expect(modelToServe(models.slice(0, 2), 'song')?.name).toBe('song_e90_s1800.pth');
  });

  it('is none that cannot be loaded', () => {
    expect(modelToServe([modelFile('/song.pth', { facts: null })], 'song')).toBeNull();
    expect(modelToServe([], 'song')).toBeNull();
  });
});
