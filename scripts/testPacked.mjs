import { chmod, chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ON_DISPLAY, root, run, runVisibly, tool } from './childProcess.mjs';
import { createReport, runMain, Stop } from './report.mjs';

/**
 * `npm run test:packed`: the end-to-end tests, or those whose names are given, on the packed app as a person has it who did
 * not install it: without rights, from a place that cannot be written to, with a home folder that programs stumble over, on
 * a machine without any network. Only the inspector is on that a package has off.
 */

const report = createReport(process.stdout);
const TESTABLE = join(root, 'dist', 'testable', 'linux-unpacked');
/** Debian's `nobody`, who owns nothing. */
const NOBODY = 65_534;

/**
 * As root in mounts and a network of its own: only what tests leave behind may be written, and there is no interface but
 * the one to oneself, which the tests drive the app by. Then without any rights.
 */
const ENTER = `set -e
app=$1; results=$2; shift 2
mount --make-rprivate /
mount --bind "$app" "$app"
mount -o remount,bind,ro "$app"
mkdir -p test-results
mount --bind "$results" test-results
ip link set lo up
exec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups "$@"`;

await runMain(async () => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Stop(
      'The tests of the packed app give up all rights, which only root on Linux can.',
      'Run them as root.',
    );
  }
  await report.step('Packing the app for its tests', () =>
    run(process.execPath, [join(root, 'scripts', 'pack', 'index.mjs'), '--testable']),
  );
  const work = await mkdtemp(join(tmpdir(), 'voronoice-packed-'));
  try {
    process.exitCode = await test(work, process.argv.slice(2));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
});

/**
 * @param {string} work
 * @param {readonly string[]} names
 * @returns {Promise<number>} Playwright's exit code.
 */
async function test(work, names) {
  await chmod(work, 0o755);
  const home = join(work, '测试 тест ü #1');
  const results = join(work, 'results');
  for (const folder of [home, results]) {
    await mkdir(folder);
    await chown(folder, NOBODY, NOBODY);
  }
  const [node, args] = tool('@playwright/test/cli.js', ['test', ...names]);
  const code = await runVisibly(
    'unshare',
    [
      ...['--mount', '--net', 'sh', '-c', ENTER, 'sh', TESTABLE, results],
      ...ON_DISPLAY,
      // Said only here: xvfb-run itself cannot have spaces in it.
      ...['env', `TMPDIR=${home}`, node, ...args],
    ],
    { HOME: home, XDG_CONFIG_HOME: '', E2E_EXECUTABLE: join(TESTABLE, 'voronoice') },
  );
  if (code !== 0) await cp(results, join(root, 'test-results', 'packed'), { recursive: true });
  return code;
}
