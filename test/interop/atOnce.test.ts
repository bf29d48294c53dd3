import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startVoronoice, useCommandLine, voronoiceJson } from './command';

/** Two that work with the same files at the same time, of which neither knows of the other: a command, the app, a host. */

const folder = useCommandLine();
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);

interface Ended {
  readonly code: number | null;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** Exit codes of a command that is done, and of one that refuses. */
const DONE = 0;
const REFUSED = 3;

function run(...words: readonly string[]): Promise<Ended> {
  const child = startVoronoice(...words, '--json');
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => (stdout += piece));
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle({ code, answer: JSON.parse(stdout) as Ended['answer'] }));
  });
}

let voice = '';
/** Of the same voice, told apart by how many groups are searched. */
let [one, four] = ['', ''];
const base64 = (path: string): string => readFileSync(path).toString('base64');

beforeAll(async () => {
  await voronoiceJson('sample', '--out', at('made'), '--minutes', '1');
  voice = at('made', 'logs', 'sample');
  one = ((await voronoiceJson('train', voice, '--recipe', 'rvc', '--out', at('built'))) as { index: string }).index;
  four = at('four.index');
  await voronoiceJson('repair', one, '--nprobe', '4', '--out', four);
});

describe('two at once', () => {
  it('hand over under one name: what both wrote and what was there is there, whole', async () => {
    const root = at('host');
    const home = join(root, 'logs', 'aria');
    mkdirSync(home, { recursive: true });
    const old = at('two.index');
    await voronoiceJson('repair', one, '--nprobe', '2', '--out', old);
    cpSync(old, join(home, 'aria.index'));
    const handOver = (index: string): Promise<Ended> =>
      run('export', index, '--host', 'applio', '--root', root, '--name', 'aria');
    const ended = await Promise.all([handOver(one), handOver(four)]);
    const contents = readdirSync(home).map((name) => base64(join(home, name)));
    expect(contents).toContain(base64(old));
    for (const [position, { code, answer }] of ended.entries()) {
      if (code === DONE) expect(contents).toContain(base64(position === 0 ? one : four));
      else expect({ code, answer }).toMatchObject({ code: REFUSED, answer: { error: { code: 'FILE_EXISTS' } } });
    }
    expect(ended.map(({ code }) => code)).toContain(DONE);
    expect(contents.every((content) => [old, one, four].map(base64).includes(content))).toBe(true);
  });

  it('repair one index: it is as one of them wants it, or as it was', async () => {
    const index = at('both.index');
    cpSync(one, index);
    const ended = await Promise.all(['4', '8'].map((nprobe) => run('repair', index, '--nprobe', nprobe)));
    const { nprobe, problems } = (await voronoiceJson('inspect', index)) as { nprobe: number; problems: unknown[] };
    expect(problems).toEqual([]);
    expect([4, 8]).toContain(nprobe);
    expect(ended.map(({ code }) => code)).toContain(DONE);
  });

  it('measure an index that its host writes anew all the time: the figures are of one of its states', async () => {
    const index = at('busy.index');
    cpSync(one, index);
    let turns = 0;
    const writing = setInterval(() => {
      turns += 1;
      cpSync(turns % 2 === 0 ? one : four, `${index}.new`);
      renameSync(`${index}.new`, index);
    }, 50);
    try {
      for (let round = 0; round < 4; round++) {
        const { code, answer } = await run('measure', index, '--queries', voice);
        if (code === DONE) expect([1, 4]).toContain((answer['stored'] as { nprobe: number }).nprobe);
        else expect(answer).toMatchObject({ error: { code: 'FILE_CHANGED' } });
      }
    } finally {
      clearInterval(writing);
    }
    expect(turns).toBeGreaterThan(10);
  });
});
