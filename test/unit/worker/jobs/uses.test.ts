import { mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Host } from '@shared/contract/primitives';
import { USUAL_DRIVES } from '@shared/domain/hosts/installed';
import { workKinds } from '@shared/jobs';
import { uses } from '../../../../src/worker/jobs/uses';
import { findHosts, surroundingsOf } from '../../../../src/worker/voices/installed';
import { put, recordingContext, useFolder } from '../support';

const folder = useFolder();
const at = (...names: string[]): string => join(folder.path, ...names);
const short = (path: string): string => path.slice(folder.path.length + 1).replaceAll('\\', '/');
const around = (processes = 'none') => ({ home: at('home'), drives: [], processes: at(processes) }) as const;

async function ask(voices: { name: string; path: string }[], known: { host: Host; path: string }[]) {
  const result = await uses({ kind: 'uses', voices, known }, recordingContext(), around());
  expect(v.parse(workKinds.uses.result, result)).toEqual(result);
  return result.hosts;
}

/** What is loaded for the models of one voice, as `model: why path`. */
async function loaded(host: Host, root: string, voice = 'aria'): Promise<readonly string[]> {
  const [found] = await ask([{ name: voice, path: at(root, 'logs', voice) }], [{ host, path: at(root) }]);
  expect(found?.host).toBe(host);
  return (found?.models ?? []).map(
    ({ model, loads }) => `${model}: ${loads.why}${loads.what === 'index' ? ` ${short(loads.path)}` : ''}`,
  );
}

function rvc(...markers: readonly string[]): void {
  mkdirSync(at('rvc', 'assets', 'indices'), { recursive: true });
  for (const marker of markers) mkdirSync(at('rvc', ...marker.split('/')), { recursive: true });
}

describe('what RVC loads', () => {
  it('is said of the models in its folder for them, not of those beside the features', async () => {
    rvc();
    put(at('rvc', 'assets', 'weights', 'aria.pth'));
    put(at('rvc', 'assets', 'weights', 'aria_e100_s2000.pth'));
    put(at('rvc', 'assets', 'weights', 'ariadne.pth'));
    put(at('rvc', 'logs', 'aria', 'trained_IVF1_Flat_nprobe_1_aria_v2.index'));
    put(at('rvc', 'logs', 'aria', 'added_IVF1_Flat_nprobe_1_aria_v2.index'));
    put(at('rvc', 'logs', 'aria', 'G_2333333.pth'));
    put(at('rvc', 'logs', 'aria', 'aria_e1_s1.pth'));
    expect(await loaded('rvc', 'rvc')).toEqual([
      'aria.pth: path rvc/logs/aria/added_IVF1_Flat_nprobe_1_aria_v2.index',
      'aria_e100_s2000.pth: noMatch',
    ]);
  });

  it('is what lies deeper first, not behind links, and not among thousands of features', async () => {
    rvc();
    put(at('rvc', 'assets', 'weights', 'aria.pth'));
    put(at('rvc', 'logs', 'aria', 'top.index'));
    put(at('rvc', 'logs', 'aria', '3_feature768', 'lost.index'));
    put(at('elsewhere', 'aria.index'));
    symlinkSync(at('elsewhere'), at('rvc', 'logs', 'aria', 'linked'));
    expect(await loaded('rvc', 'rvc')).toEqual(['aria.pth: path rvc/logs/aria/top.index']);
    put(at('rvc', 'logs', 'aria', 'old', 'deep.index'));
    expect(await loaded('rvc', 'rvc')).toEqual(['aria.pth: path rvc/logs/aria/old/deep.index']);
  });

  it('is by name in the version of 2026, told by its folders', async () => {
    rvc('infer/vc', 'logs');
    put(at('rvc', 'assets', 'weights', 'aria_e100_s2000.pth'));
    const older = put(at('rvc', 'logs', 'aria', 'added_IVF1_Flat_nprobe_1_aria_v2.index'));
    const newer = put(at('rvc', 'logs', 'aria', 'added_IVF2_Flat_nprobe_1_aria_v2.index'));
    utimesSync(older, 100, 100);
    utimesSync(newer, 200, 200);
    expect(await loaded('rvc', 'rvc')).toEqual([`aria_e100_s2000.pth: named ${short(newer)}`]);
    put(at('rvc', 'assets', 'indices', 'aria_added_IVF1_Flat_nprobe_1_aria_v2.index'));
    const [use] = await loaded('rvc', 'rvc');
    expect(use).toContain('rvc/assets/indices/');
  });
});

it('says what Applio loads, behind links too, and in which folder each model lies', async () => {
  mkdirSync(at('applio', 'rvc'), { recursive: true });
  put(at('applio', 'logs', 'aria', 'aria_100e_2000s.pth'));
  put(at('applio', 'logs', 'aria', 'G_5.pth'));
  put(at('elsewhere', 'aria_old.index'));
  symlinkSync(at('elsewhere'), at('applio', 'logs', 'more'));
  // In a circle: each folder is looked into once.
  symlinkSync(at('applio', 'logs'), at('applio', 'logs', 'again'));
  const [found] = await ask(
    [{ name: 'aria', path: at('applio', 'logs', 'aria') }],
    [{ host: 'applio', path: at('applio') }],
  );
  const use = found?.models.find(({ folder: lies }) => lies === 'aria');
  expect(use).toMatchObject({ model: 'aria_100e_2000s.pth', loads: { what: 'index', why: 'elsewhere' } });
  expect(use?.loads).toMatchObject({ real: at('elsewhere', 'aria_old.index') });
});

it('says what Mangio-RVC loads, also one that is only trained', async () => {
  mkdirSync(at('mangio', 'csvdb'), { recursive: true });
  put(at('mangio', 'weights', 'aria_e10_s20.pth'));
  put(at('mangio', 'logs', 'aria', 'trained_IVF1_Flat_nprobe_1_aria_v2.index'));
  expect(await loaded('mangio', 'mangio')).toEqual([
    'aria_e10_s20.pth: folder mangio/logs/aria/trained_IVF1_Flat_nprobe_1_aria_v2.index',
  ]);
});

it('says of a slot what its settings name, where that is there', async () => {
  const settings = { voiceChangerType: 'RVC', name: 'Aria', indexFile: 'added.index' };
  put(at('client', 'model_dir', '3', 'params.json'), JSON.stringify(settings));
  put(at('client', 'model_dir', '3', 'added.index'));
  put(at('client', 'model_dir', '4', 'params.json'), JSON.stringify({ ...settings, name: 'Ben' }));
  put(at('client', 'model_dir', '5', 'params.json'), JSON.stringify({ ...settings, indexFile: '' }));
  put(at('client', 'model_dir', '10', 'params.json'), JSON.stringify(settings));
  const [found] = await ask([{ name: 'aria', path: at('nowhere') }], [{ host: 'wokada', path: at('client') }]);
  expect(found?.models.map(({ slot, key, loads }) => [slot, key, loads.why])).toEqual([
    ['3', 'added.index', 'settings'],
    ['5', '5', 'emptySlot'],
    ['10', 'added.index', 'missingFile'],
  ]);
});

it('answers for many voices at once, each with its own', async () => {
  rvc();
  const names = Array.from({ length: 30 }, (_, place) => `voice${String(place).padStart(2, '0')}`);
  for (const name of names) {
    put(at('rvc', 'assets', 'weights', `${name}.pth`));
    put(at('rvc', 'logs', name, `added_IVF1_Flat_nprobe_1_${name}_v2.index`));
  }
  const [found] = await ask(
    names.map((name) => ({ name, path: at('rvc', 'logs', name) })),
    [{ host: 'rvc', path: at('rvc') }],
  );
  const told = found?.models.map(({ voice, model, loads }) => [
    names[voice],
    model,
    loads.what === 'index' && loads.path.includes(`/${names[voice] ?? ''}/`),
  ]);
  expect(told).toEqual(names.map((name) => [name, `${name}.pth`, true]));
});

describe('a host that cannot be looked into', () => {
  it('says that it is away, and keeps none of the others from being told', async () => {
    mkdirSync(at('applio', 'rvc'), { recursive: true });
    put(at('applio', 'logs', 'aria', 'aria.pth'));
    const hosts = await ask(
      [{ name: 'aria', path: at('applio', 'logs', 'aria') }],
      [
        { host: 'rvc', path: at('pulled out') },
        { host: 'applio', path: at('applio') },
      ],
    );
    expect(hosts.map(({ host, problem, models }) => [host, problem?.code, models.length])).toEqual([
      ['rvc', 'FOLDER_AWAY', 0],
      ['applio', undefined, 1],
    ]);
  });

  it('says what the system says of its folder', async () => {
    const [found] = await ask([], [{ host: 'rvc', path: put(at('a file')) }]);
    expect(found?.problem?.code).toBe('FILE_UNREADABLE');
  });

  it('stops when it is asked to', async () => {
    rvc('logs/aria');
    const stopped = { ...recordingContext(), signal: AbortSignal.abort() };
    const request = {
      kind: 'uses',
      voices: [{ name: 'a', path: '/a' }],
      known: [{ host: 'rvc', path: at('rvc') }],
    } as const;
    await expect(
      uses({ ...request, voices: [...request.voices], known: [...request.known] }, stopped, around()),
    ).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
  });
});

describe('hosts', () => {
  it('are found where people have them, one below what was unzipped, where they run, and each once', async () => {
    const unzipped = ['home', 'Downloads', 'RVC1006Nvidia', 'RVC1006Nvidia'];
    mkdirSync(at(...unzipped, 'logs'), { recursive: true });
    put(at(...unzipped, 'infer-web.py'));
    mkdirSync(at('home', 'Applio', 'logs'), { recursive: true });
    mkdirSync(at('home', 'Applio', 'rvc'), { recursive: true });
    mkdirSync(at('home', 'voice-changer', 'server', 'model_dir'), { recursive: true });
    mkdirSync(at('home', 'Music', 'logs'), { recursive: true });
    mkdirSync(at('odd place', 'logs'), { recursive: true });
    put(at('odd place', 'infer-web.py'));
    put(at('proc', '71', 'cmdline'), ['python3', 'infer-web.py', ''].join('\0'));
    symlinkSync(at('odd place'), at('proc', '71', 'cwd'));
    put(at('proc', '72', 'cmdline'), ['bash', ''].join('\0'));
    symlinkSync(at('home', 'Music'), at('proc', '72', 'cwd'));
    put(at('proc', '73', 'cmdline'), ['python3', at('home', 'Applio', 'app.py'), ''].join('\0'));
    symlinkSync('/', at('proc', '73', 'cwd'));
    const found = await findHosts([{ host: 'applio', path: at('home', 'Applio') }], around('proc'));
    expect(found.map(({ host, path, running }) => [host, short(path), running])).toEqual([
      ['applio', 'home/Applio', true],
      ['rvc', 'odd place', true],
      ['wokada', 'home/voice-changer/server', false],
      ['rvc', unzipped.join('/'), false],
    ]);
  });

  it('are not everything that has a folder for logs and a fitting name', async () => {
    mkdirSync(at('home', 'my rvc notes', 'logs'), { recursive: true });
    mkdirSync(at('web app', 'logs'), { recursive: true });
    put(at('web app', 'app.py'));
    put(at('proc', '5', 'cmdline'), ['python3', 'app.py', ''].join('\0'));
    symlinkSync(at('web app'), at('proc', '5', 'cwd'));
    expect(await findHosts([], around('proc'))).toEqual([]);
  });

  it('are looked for at the top of drives on Windows, and among what runs on Linux', async () => {
    mkdirSync(at('drive', 'Applio', 'logs'), { recursive: true });
    mkdirSync(at('drive', 'Applio', 'rvc'), { recursive: true });
    const found = await findHosts([], { home: at('home'), drives: [at('drive')], processes: null });
    expect(found.map(({ path }) => short(path))).toEqual(['drive/Applio']);
    expect(surroundingsOf('win32', 'C:\\Users\\me')).toMatchObject({ drives: USUAL_DRIVES, processes: null });
    expect(surroundingsOf('linux', '/home/me')).toMatchObject({ drives: [], processes: '/proc' });
    expect(surroundingsOf('darwin', '/Users/me')).toMatchObject({ drives: [], processes: null });
  });
});
