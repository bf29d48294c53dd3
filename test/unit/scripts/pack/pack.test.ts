import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FALLBACK, Locale } from '@shared/contract/languages';
import builder from '../../../../electron-builder.config.mjs';
import { mirrorOf } from '../../../../scripts/pack/bareDebian.mjs';
import { bashCompletion, commandsIn, manualPage, optionsIn } from '../../../../scripts/pack/commandPages.mjs';
import { ICONS } from '../../../../scripts/pack/desktop.mjs';
import { packageVersion, rpmRequires } from '../../../../scripts/pack/installers.mjs';
import { parseLdd } from '../../../../scripts/pack/libraries.mjs';
import { line, median } from '../../../../scripts/pack/measure.mjs';
import { isShipped } from '../../../../scripts/pack/stage.mjs';

describe('parseLdd', () => {
  const printed = [
    '\tlinux-vdso.so.1 (0x00007f9e458b9000)',
    '\tlibgomp.so.1 => /lib/x86_64-linux-gnu/libgomp.so.1 (0x00007f9e45860000)',
    '\tlibopenblas.so.0 => /usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblas.so.0 (0x00007f9e43118000)',
    '\tlibstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f9e42e00000)',
    '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f9e42c1e000)',
    '\t/lib64/ld-linux-x86-64.so.2 (0x00007f9e458bb000)',
  ];

  it('names what is shipped, and leaves the system its own', () => {
    expect(parseLdd(printed.join('\n'))).toEqual([
      { name: 'libgomp.so.1', path: '/lib/x86_64-linux-gnu/libgomp.so.1' },
      { name: 'libopenblas.so.0', path: '/usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblas.so.0' },
    ]);
  });

  it('refuses to pack an engine that lacks a library', () => {
    expect(() => parseLdd('\tlibgfortran.so.5 => not found')).toThrow('libgfortran.so.5');
  });
});

describe('rpmRequires', () => {
  it('names the libraries that are linked and do not come along', () => {
    const printed = 'Dynamic Section:\n  NEEDED               libffmpeg.so\n  NEEDED               libasound.so.2\n';
    const requires = rpmRequires(`${printed}  NEEDED               ld-linux-x86-64.so.2\n  SONAME  x.so\n`, [
      'libffmpeg.so',
    ]);
    expect(requires).toContain('libasound.so.2()(64bit)');
    expect(requires).toContain('libc.so.6(GLIBC_2.34)(64bit)');
    expect(requires.filter((name) => /ffmpeg|ld-linux|x\.so/.test(name))).toEqual([]);
  });
});

describe('isShipped', () => {
  it('leaves out what nothing loads', () => {
    const files = ['dist/index.mjs', 'dist/index.mjs.map', 'dist/index.d.cts', 'x.glibc.node', 'x.musl.node'];
    expect(files.filter(isShipped)).toEqual(['dist/index.mjs', 'x.glibc.node']);
  });
});

describe('mirrorOf', () => {
  it('reads both forms of apt', () => {
    const old =
      '# deb http://not.example bookworm main\ndeb [arch=amd64] http://one.example/debian bookworm main contrib\n';
    const stanza = (suites: string, address: string): string =>
      `Types: deb\n# a remark\nURIs: ${address}\nSuites: ${suites}\nComponents: main\n`;
    const two = [
      stanza('bookworm-security', 'http://no.example'),
      stanza('bookworm bookworm-updates', 'http://two.example'),
    ];
    expect(mirrorOf([old], 'bookworm')).toBe('http://one.example/debian');
    expect(mirrorOf(['', two.join('\n')], 'bookworm')).toBe('http://two.example');
  });

  it('knows none where apt has another release', () => {
    expect(mirrorOf(['deb http://one.example noble main', ''], 'bookworm')).toBeNull();
  });
});

describe('packageVersion', () => {
  it('keeps a release and puts a trial before it', () => {
    expect(packageVersion('1.2.3')).toBe('1.2.3');
    expect(packageVersion('1.2.3-not-for-release')).toBe('1.2.3~not.for.release');
  });
});

describe('what the shell is told', () => {
  const overview =
    'Voronoice.\n\n  npm run -s voronoice -- <command>\n\n  train <folder>     build\n  sample             make\n\n  --help, -h  this\n';
  const train =
    'Builds.\n\n  --recipe R         one of\n                     best: larger\n.5 at most\n    --budget S       seconds\n';
  const help = { overview, commands: { train, sample: 'Makes.\n\n  --out DIR  where\n' } };

  it('finds the commands and their options', () => {
    expect(commandsIn(overview)).toEqual(['train', 'sample']);
    expect(optionsIn(train)).toEqual(['--recipe', '--budget']);
  });

  it('has a manual page that names the program as it is installed, and hides no line', () => {
    const page = manualPage(help, '1.2.3');
    expect(page).not.toContain('npm run');
    expect(page).toContain('.SS train');
    expect(page).toContain('  \\-\\-recipe R');
    expect(page.split('\n')).toContain('\\&.5 at most');
  });

  it('completes commands, then the options of the command', () => {
    const completion = bashCompletion(help);
    expect(completion).toContain('compgen -W "train sample --help --version"');
    expect(completion).toContain('train) options="--recipe --budget" ;;');
  });
});

describe('what the desktop is told', () => {
  const read = (path: string): string => readFileSync(`resources/linux/${path}`, 'utf8');

  it('opens an index in the window, by a type of which it is the suffix', () => {
    const entry = read('applications/voronoice.desktop');
    expect(entry).toContain('Exec=voronoice --window %F');
    const type = /^MimeType=([^;]+);$/m.exec(entry)?.[1] ?? 'none';
    expect(read('mime/packages/voronoice.xml')).toContain(`<mime-type type="${type}">`);
    expect(read('mime/packages/voronoice.xml')).toContain('<glob pattern="*.index"');
    expect(read('metainfo/org.voronoice.Voronoice.metainfo.xml')).toContain(`<mediatype>${type}</mediatype>`);
  });

  it.each(Locale.options.filter((locale) => locale !== FALLBACK))('is said in %s, too', (locale) => {
    const language = locale.replace('-', '_');
    expect(read('applications/voronoice.desktop')).toMatch(
      new RegExp(`^GenericName\\[${language}\\]=.+\\n(?:.*\\n)*Comment\\[${language}\\]=.+$`, 'm'),
    );
    expect(read('mime/packages/voronoice.xml')).toContain(`<comment xml:lang="${language}">`);
    const store = read('metainfo/org.voronoice.Voronoice.metainfo.xml');
    expect(store).toContain(`<summary xml:lang="${language}">`);
    expect(store).toContain(`<p xml:lang="${language}">`);
  });

  it('is met by the packed app in each language of it: Chromium brings those', () => {
    const [brought, wanted] = [builder.electronLanguages, Locale.options.map((locale) => locale.replace(/-.*/, ''))];
    expect(brought.toSorted()).toEqual(wanted.toSorted());
  });

  it('has the icon in every size', () => {
    for (const [size, file] of Object.entries(ICONS)) {
      const bytes = readFileSync(`resources/icons/${file}`);
      if (size !== 'scalable') expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(size);
    }
  });
});

describe('what a package costs', () => {
  it('is the middle of what was measured', () => {
    expect(median([3, 1, 10])).toBe(3);
    expect(median([10, 1, 4, 2])).toBe(3);
  });

  it('is said beside what is allowed', () => {
    const say = (value: number): string => `${value} MB`;
    expect(line('package', 130, 130, say)).toBe('package: 130 MB, goal 130 MB: met');
    expect(line('package', 131, 130, say)).toContain('MISSED');
  });
});
