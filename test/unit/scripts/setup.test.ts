import { describe, expect, it } from 'vitest';
import { checkFolder, checkNode, lockIsInstalled } from '../../../scripts/setup.mjs';
import { missingRequirements, parsePolicy } from '../../../scripts/systemPackages.mjs';

describe('checkNode', () => {
  it.each(['20.18.0', '20.20.2', '22.0.0', '45.1.0'])('accepts %s', (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });
  it.each(['20.17.9', '18.20.0', '8.0.0'])('refuses %s and says which is needed', (version) => {
    expect(() => checkNode(version)).toThrow(`needs Node.js 20.18 or newer; this is ${version}`);
  });
});

describe('checkFolder', () => {
  it('refuses only what the bundler cannot read', () => {
    expect(() => checkFolder('/home/測試 тест ü & co')).not.toThrow();
    expect(() => checkFolder('/home/take #1')).toThrow('"#" or "?" in its name: /home/take #1');
  });
});

describe('lockIsInstalled', () => {
  const wanted = {
    packages: {
      '': { version: '0.1.0' },
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
      'node_modules/for-another-platform': { version: '1.0.0', integrity: 'sha512-b', optional: true },
    },
  };
  const installed = { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } };

  it('is content without the root and the packages for another platform', () => {
    expect(lockIsInstalled(wanted, installed)).toBe(true);
  });
  it('sees a missing package, another version and another content', () => {
    expect(lockIsInstalled(wanted, { packages: {} })).toBe(false);
    for (const change of [{ version: '1.0.1' }, { integrity: 'sha512-c' }]) {
      const other = { packages: { 'node_modules/a': { ...installed.packages['node_modules/a'], ...change } } };
      expect(lockIsInstalled(wanted, other)).toBe(false);
    }
  });
});

describe('system packages', () => {
  it('are missing when none of their names is installed', () => {
    const statuses = 'cmake installed\ng++ not-installed\nlibasound2 installed\nlibgtk-3-0 config-files\n';
    const requirements = [
      ['cmake'],
      ['g++'],
      ['libasound2t64', 'libasound2'],
      ['libgtk-3-0t64', 'libgtk-3-0'],
      ['make'],
    ];
    expect(missingRequirements(requirements, statuses)).toEqual([['g++'], ['libgtk-3-0t64', 'libgtk-3-0'], ['make']]);
  });
  it('are known when apt has a candidate', () => {
    const policy = [
      'cmake:',
      '  Installed: (none)',
      '  Candidate: 3.25.1-1',
      '  Version table:',
      '     3.25.1-1 500',
      'libasound2:',
      '  Installed: (none)',
      '  Candidate: (none)',
      '',
    ].join('\n');
    expect([...parsePolicy(policy)]).toEqual(['cmake']);
  });
});
