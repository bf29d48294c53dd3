import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Installer as DebianInstaller } from 'electron-installer-debian';
import redhat from 'electron-installer-redhat';
import { root, run } from '../childProcess.mjs';
import { ICONS, SHARED_FILES } from './desktop.mjs';
import { AUTHOR } from './stage.mjs';

/**
 * @typedef {object} InstallerOptions
 * @property {string} src The unpacked app.
 * @property {string} dest Where the package goes.
 * @property {string} shared What goes below /usr/share.
 * @property {string} version As npm writes it.
 */

/**
 * The oldest system that everything in a package runs on, by the newest versions of symbols that its binaries ask for:
 * Debian 12, Ubuntu 22.04 and what is newer.
 */
export const OLDEST_SYSTEM = /** @type {const} */ ({ GLIBC: '2.34', GLIBCXX: '3.4.30' });

/** Debian's packages of the libraries that the program is linked with, by all names they have had. */
const DEBIAN_LIBRARIES = [
  ...['libasound2', 'libatk-bridge2.0-0', 'libatk1.0-0', 'libatspi2.0-0', 'libcups2', 'libglib2.0-0', 'libgtk-3-0'].map(
    (name) => `${name}t64 | ${name}`,
  ),
  ...['libcairo2', 'libdbus-1-3', 'libdrm2', 'libexpat1', 'libgbm1', 'libgcc-s1', 'libnspr4', 'libnss3'],
  ...['libpango-1.0-0', 'libudev1', 'libx11-6', 'libxcb1', 'libxcomposite1', 'libxdamage1', 'libxext6', 'libxfixes3'],
  ...['libxkbcommon0', 'libxrandr2'],
];

/** What a Debian system must have. */
const DEBIAN_DEPENDS = [
  `libc6 (>= ${OLDEST_SYSTEM.GLIBC})`,
  // The first libstdc++ that has GLIBCXX_3.4.30.
  'libstdc++6 (>= 12)',
  ...DEBIAN_LIBRARIES,
  // Looked for while it runs: without the one no window opens, without the other no link.
  'libx11-xcb1',
  'xdg-utils',
];
/** Without them there are no messages of the desktop, and the processor draws. */
const DEBIAN_RECOMMENDS = ['libnotify4', 'libgl1'];

/**
 * What an RPM system must have, named by the libraries themselves, since each of those systems names its packages otherwise.
 *
 * @param {string} printed What `objdump -p` prints of the program.
 * @param {readonly string[]} shipped Names of files that come along.
 * @returns {string[]}
 */
export function rpmRequires(printed, shipped) {
  const linked = [...printed.matchAll(/^\s+NEEDED\s+(\S+)$/gm)].map(([, name = '']) => name);
  return [
    ...linked
      .filter((name) => !shipped.includes(name) && !name.startsWith('ld-linux'))
      .map((name) => `${name}()(64bit)`),
    `libc.so.6(GLIBC_${OLDEST_SYSTEM.GLIBC})(64bit)`,
    `libstdc++.so.6(GLIBCXX_${OLDEST_SYSTEM.GLIBCXX})(64bit)`,
    // Looked for while it runs, as on Debian.
    'libX11-xcb.so.1()(64bit)',
    'xdg-utils',
  ];
}

/** The desktop's files come as a whole, so the libraries' own desktop entry is left out. */
const DESKTOP_ENTRY = 'createDesktopFile';

class Deb extends DebianInstaller {
  get contentFunctions() {
    return super.contentFunctions.filter((name) => name !== DESKTOP_ENTRY);
  }

  /** The library's own list brings half a desktop for what is never done here, and only recommends what must be there. */
  generateOptions() {
    super.generateOptions();
    Object.assign(this.options, { depends: DEBIAN_DEPENDS, recommends: DEBIAN_RECOMMENDS, suggests: [] });
    return this.options;
  }

  async createContents() {
    await super.createContents();
    await cp(this.options.shared, join(this.stagingDir, 'usr', 'share'), { recursive: true });
  }
}

class Rpm extends redhat.Installer {
  get contentFunctions() {
    return super.contentFunctions.filter((name) => name !== DESKTOP_ENTRY);
  }

  /** The library's own list lacks what is needed, as on Debian. */
  generateOptions() {
    super.generateOptions();
    Object.assign(this.options, { requires: this.userSupplied.requires });
    return this.options;
  }

  async createContents() {
    await super.createContents();
    await cp(this.options.shared, join(this.stagingDir, 'BUILD', 'usr', 'share'), { recursive: true });
  }

  /** The list of what is in the package knows only what the library puts there. */
  async createSpec() {
    await super.createSpec();
    const spec = await readFile(this.specPath, 'utf8');
    const own = SHARED_FILES.filter((path) => !path.startsWith('applications/')).map((path) => `/usr/share/${path}`);
    await writeFile(this.specPath, spec.replace(/^%files$/m, ['%files', ...own].join('\n')));
  }
}

/**
 * A package for Debian, Ubuntu and what derives from them.
 *
 * @param {InstallerOptions} options
 * @returns {Promise<void>}
 */
export async function makeDeb(options) {
  await make(
    new Deb({ ...common(options), arch: 'amd64', section: 'sound', compression: 'xz', rename: named('_amd64.deb') }),
  );
}

/**
 * A package for Fedora, openSUSE and what derives from them.
 *
 * @param {InstallerOptions} options
 * @returns {Promise<void>}
 */
export async function makeRpm(options) {
  const linked = await run('objdump', ['-p', join(options.src, 'voronoice')]);
  const requires = rpmRequires(linked, await readdir(options.src));
  const rpm = new Rpm({
    ...common(options),
    arch: 'x86_64',
    license: 'MIT',
    requires,
    rename: named('.x86_64.rpm'),
  });
  await make(rpm);
}

/** @param {InstallerOptions} options */
function common({ src, dest, shared, version }) {
  return {
    src,
    dest,
    shared,
    name: 'voronoice',
    productName: 'Voronoice',
    genericName: 'Search indexes of RVC voices',
    description: 'Builds, judges and repairs the search index of an RVC voice',
    productDescription:
      'Opens the folder where RVC or Applio keeps its voices, builds the search index of a voice, says in plain words whether that index is good, shows why in pictures, repairs it, and hands it over under the right name.',
    maintainer: AUTHOR,
    version: packageVersion(version),
    bin: join('bin', 'voronoice'),
    icon: Object.fromEntries(
      Object.entries(ICONS).map(([size, file]) => [size, join(root, 'resources', 'icons', file)]),
    ),
    logger: () => undefined,
  };
}

/**
 * A version as Debian and Red Hat write it, where `-` has another meaning and `~` comes before what is finished.
 *
 * @param {string} version `1.2.3` or `1.2.3-some-trial`.
 * @returns {string} `1.2.3~some.trial`
 */
export function packageVersion(version) {
  const [release = '', ...trial] = version.split('-');
  return trial.length === 0 ? release : `${release}~${trial.join('.')}`;
}

/** @param {string} ending */
function named(ending) {
  return (/** @type {string} */ dest) => join(dest, `voronoice-<%= version.replace('~', '-') %>${ending}`);
}

/** @param {Deb | Rpm} installer */
async function make(installer) {
  await installer.generateDefaults();
  installer.generateOptions();
  await installer.createStagingDir();
  await installer.createContents();
  await installer.createPackage();
  await installer.movePackage();
}
