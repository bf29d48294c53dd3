import { describe, expect, it } from 'vitest';
import { checkpointIn, isTrainingState, modelOf } from '@shared/domain/hosts/modelNames';

describe('modelOf', () => {
  it.each([
    ['song.pth', null, null],
    ['song_e20_s400.pth', 20, 400],
    ['song_200e_4000s.pth', 200, 4_000],
    ['song_200e_4000s_best_epoch.pth', 200, 4_000],
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

describe('checkpointIn', () => {
  it('tells how far a training is by its generator, and counts it once', () => {
    expect(checkpointIn('G_400.pth', 'song')).toEqual({ name: 'G_400.pth', epoch: null, step: 400 });
    expect(checkpointIn('G_2333333.pth', 'song')).toEqual({ name: 'G_2333333.pth', epoch: null, step: null });
    expect(checkpointIn('D_400.pth', 'song')).toBeNull();
    expect(checkpointIn('song_e1_s2.pth', 'song')).toMatchObject({ epoch: 1 });
  });
});

describe('isTrainingState', () => {
  it('knows both halves, and no model', () => {
    expect(['G_1.pth', 'D_1.pth', 'G_x.pth', 'song.pth'].map(isTrainingState)).toEqual([true, true, false, false]);
  });
});
