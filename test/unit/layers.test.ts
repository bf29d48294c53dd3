import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ESLint, Linter } from 'eslint';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const eslint = new ESLint();

/** Lints one import as if it stood in `file`, with the layer rules of that file only. */
function importErrors(file: string, source: string): Promise<readonly string[]> {
  return lockErrors(file, `import x from '${source}'; x();`);
}

async function lockErrors(file: string, code: string): Promise<readonly string[]> {
  const config = (await eslint.calculateConfigForFile(file)) as { rules: Linter.RulesRecord };
  const rules = Object.fromEntries(
    ['no-restricted-imports', 'no-restricted-syntax'].flatMap((name) => {
      const rule = config.rules[name];
      return rule === undefined ? [] : [[name, rule] as const];
    }),
  );
  return new Linter().verify(code, { rules }).map((message) => message.message);
}

const refused: readonly (readonly [file: string, source: string])[] = [
  ['src/shared/domain/rule.ts', 'node:fs'],
  ['src/shared/domain/rule.ts', 'electron'],
  ['src/shared/domain/rule.ts', 'vue'],
  ['src/shared/domain/rule.ts', '../../worker/run'],
  ['src/worker/jobs/job.ts', 'electron'],
  ['src/worker/jobs/job.ts', 'faiss-node'],
  ['src/worker/jobs/job.ts', '../../main/index'],
  ['src/worker/engine.ts', 'electron'],
  ['src/supervisor/processes.ts', 'electron'],
  ['src/supervisor/processes.ts', '../worker/run'],
  ['src/supervisor/processes.ts', '../main/system/log'],
  ['src/worker/jobs/job.ts', '../../supervisor/sweep'],
  ['src/main/jobs/queue.ts', 'faiss-node'],
  ['src/main/jobs/queue.ts', 'vue'],
  ['src/main/jobs/queue.ts', '../../worker/run'],
  ['src/main/jobs/queue.ts', '../../renderer/src/main'],
  ['src/worker/files/zip.ts', '../voices/archive'],
  ['src/worker/steps/load.ts', '../jobs/train'],
  ['src/main/system/log.ts', '../library/settings'],
  ['src/main/library/watch/watch.ts', '../../jobs/queue'],
  ['src/main/jobs/queue.ts', '../window/texts'],
  ['src/main/window/desk.ts', '../ipc/register'],
  ['src/preload/index.ts', 'node:fs'],
  ['src/preload/index.ts', '@shared/domain/recipes/plan'],
  ['src/preload/index.ts', '../main/ipc/register'],
  ['src/renderer/src/App.vue', 'electron'],
  ['src/renderer/src/App.vue', 'node:path'],
  ['src/renderer/src/stores/jobs.ts', '../../../worker/run'],
  ['src/renderer/src/language/i18n.ts', '@/stores/settings'],
  ['src/renderer/src/stores/jobs.ts', '@/words/useFailure'],
  ['src/renderer/src/stores/jobs.ts', '../words/useFailure'],
  ['src/renderer/src/words/useFailure.ts', '@/components/ui/turns'],
  ['src/renderer/src/components/ui/NewPart.vue', '@/pages/intake/useIntake'],
  ['src/renderer/src/components/charts/cost/Cost.vue', '../../../app/palette'],
  ['src/renderer/src/pages/jobs/JobItem.vue', '@/app/useCommands'],
  ['src/cli/index.ts', 'electron'],
  ['src/cli/index.ts', 'faiss-node'],
  ['src/cli/index.ts', '../main/index'],
  ['scripts/setup.mjs', 'yauzl'],
  ['scripts/setup.mjs', './electron/runtime.mjs'],
];

const allowed: readonly (readonly [file: string, source: string])[] = [
  ['src/shared/contract/jobs.ts', 'valibot'],
  ['src/worker/jobs/job.ts', 'node:fs'],
  ['src/worker/jobs/job.ts', '@shared/domain/recipes/plan'],
  ['src/worker/engine.ts', 'faiss-node'],
  ['src/worker/jobs/train.ts', '../steps/load'],
  ['src/main/ipc/connect.ts', '../window/trusted'],
  ['src/main/jobs/queue.ts', 'electron'],
  ['src/main/jobs/queue.ts', '../../worker/index?modulePath'],
  ['src/preload/index.ts', 'electron'],
  ['src/preload/index.ts', '@shared/contract/events'],
  ['src/renderer/src/App.vue', '@shared/domain/recipes/plan'],
  ['src/renderer/src/stores/player.ts', '@/sound/speaker'],
  ['src/renderer/src/words/useJobWords.ts', '@/stores/jobs'],
  ['src/renderer/src/components/sound/Player.vue', '@/components/ui/useNow'],
  ['src/renderer/src/app/useCommands.ts', '@/pages/intake/useIntake'],
  ['src/main/jobs/workers.ts', '../../supervisor/processes'],
  ['src/cli/index.ts', '../worker/run'],
  ['src/cli/work.ts', '../supervisor/processes'],
  ['src/cli/fork.ts', 'electron'],
  ['scripts/setup.mjs', 'node:fs'],
  ['scripts/electron/unzip.mjs', 'yauzl'],
];

describe('the lint lock between layers', () => {
  it.each(refused)('%s may not import %s', async (file, source) => {
    expect(await importErrors(file, source)).not.toEqual([]);
  });

  it.each(allowed)('%s may import %s', async (file, source) => {
    expect(await importErrors(file, source)).toEqual([]);
  });
});

describe('the lint lock before the engine', () => {
  const ways = [
    'const index = await engine.Index.open(path);',
    'const index = (await engine()).Index.open(path, { signal });',
    'const { open } = engine; open(Index.read(path));',
    'const index = engine.IndexFlatL2.read(path);',
    'const index = Index.fromBuffer(bytes);',
    'const load = engine.Index.open;',
  ];

  it.each(ways)('only the door may write %s', async (code) => {
    expect(await lockErrors('src/worker/steps/load.ts', code)).toHaveLength(1);
    expect(await lockErrors('src/cli/program.ts', code)).toHaveLength(1);
    expect(await lockErrors('src/worker/openIndex.ts', code)).toEqual([]);
  });

  it('leaves other files alone', async () => {
    const code = 'const text = await fs.open(path); const index = engine.Index.fromFactory(768, factory);';
    expect(await lockErrors('src/worker/steps/load.ts', code)).toEqual([]);
  });
});

describe('the locks as oxlint runs them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'voronoice-locks-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  beforeAll(() => {
    for (const path of [
      'oxlint.config.mjs',
      'eslint.config.js',
      'scripts/lint',
      'package.json',
      'tsconfig.base.json',
    ]) {
      cpSync(path, join(folder, path), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'dir');
  });

  /** The lines that are stopped, each in its file. */
  function stoppedAt(probes: readonly (readonly [file: string, code: string])[]): readonly string[] {
    const files = new Map<string, string[]>();
    for (const [file, code] of probes) files.set(file, [...(files.get(file) ?? []), code]);
    for (const [file, lines] of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), lines.join('\n'));
    }
    const oxlint = join('node_modules', 'oxlint', 'bin', 'oxlint');
    const args = [oxlint, '--config', 'oxlint.config.mjs', '--format', 'json', ...files.keys()];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[];
    };
    return diagnostics
      .filter(({ code }) => /no-restricted-(imports|syntax)/.test(code))
      .map(({ filename, labels }) => files.get(filename)?.[(labels[0]?.span.line ?? 0) - 1] ?? filename);
  }

  const importing = (probes: typeof refused): (readonly [string, string])[] =>
    probes.filter(([file]) => !file.endsWith('.vue')).map(([file, source]) => [file, `import '${source}'; // ${file}`]);

  it('refuses what is refused, and nothing else', () => {
    const wrong = importing(refused);
    const open = ['src/worker/steps/open.ts', 'Index.open(path);'] as const;
    expect(stoppedAt([...wrong, ...importing(allowed), open]).toSorted()).toEqual(
      [...wrong, open].map(([, code]) => code).toSorted(),
    );
  });
});

/** Type errors of `text` compiled as a module of src/shared. */
function sharedTypeErrors(text: string): readonly string[] {
  const file = resolve('src/shared/domain/lockProbe.ts');
  const config = ts.getParsedCommandLineOfConfigFile(
    'tsconfig.shared.json',
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      },
    },
  );
  if (config === undefined) throw new Error('tsconfig.shared.json cannot be read');
  const host = ts.createCompilerHost(config.options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023) : read(name, ...rest);
  const program = ts.createProgram([file], config.options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

describe('the type lock of src/shared', () => {
  it.each(['process.pid', 'window.name', 'document.title', 'Buffer.alloc(1)', 'setTimeout(() => 1, 1)'])(
    'does not compile %s',
    (expression) => {
      expect(sharedTypeErrors(`export const probe = ${expression};`)).not.toEqual([]);
    },
  );

  it('compiles what belongs there', () => {
    expect(sharedTypeErrors('export const probe = new Uint8Array(1).length;')).toEqual([]);
  });
});
