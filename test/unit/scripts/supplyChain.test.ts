import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import lock from '../../../package-lock.json';
import { sbom } from '../../../scripts/pack/releaseFiles.mjs';
import {
  deprecatedOfOurs,
  INSTALL_SCRIPTS,
  type Lock,
  strangeLicenses,
  unchecked,
  unexplainedScripts,
} from '../../../scripts/supplyChain.mjs';

const ours = lock as Lock;
const CHECKSUM = `sha512-${'A'.repeat(86)}==`;
const good = { version: '1.0.0', integrity: CHECKSUM, license: 'MIT' };
const withPackage = (entry: object, path = 'node_modules/a'): Lock => ({
  packages: { '': { dependencies: { a: '1.0.0' } }, [path]: { ...good, ...entry } },
});

describe('every package', () => {
  it('has a checksum', () => {
    expect(unchecked(ours)).toEqual([]);
    for (const integrity of [undefined, 'sha1-abc', `${CHECKSUM}A`])
      expect(unchecked(withPackage({ integrity }))).toEqual(['node_modules/a']);
    expect(unchecked(withPackage({ integrity: undefined, inBundle: true }))).toEqual([]);
  });

  it('has a license that was looked at', () => {
    expect(strangeLicenses(ours)).toEqual([]);
    for (const license of ['GPL-3.0', 'SEE LICENSE IN LICENSE', '(GPL-2.0 OR AGPL-3.0)'])
      expect(strangeLicenses(withPackage({ license }))).toEqual([`a: ${license}`]);
    expect(strangeLicenses(withPackage({ license: undefined }))).toEqual(['a: none']);
    expect(strangeLicenses(withPackage({ license: '(GPL-3.0 OR MIT)' }))).toEqual([]);
  });

  it('runs nothing while it is installed, and why it would is said', () => {
    expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
    expect(unexplainedScripts(ours)).toEqual([]);
    expect(unexplainedScripts(withPackage({ hasInstallScript: true }, 'node_modules/b/node_modules/a'))).toEqual(['a']);
    const there = new Set(Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, '')));
    expect(Object.keys(INSTALL_SCRIPTS).filter((name) => !there.has(name))).toEqual([]);
  });

  it('of ours is not given up by its authors', () => {
    expect(deprecatedOfOurs(ours)).toEqual([]);
    expect(deprecatedOfOurs(withPackage({ deprecated: 'Use b.' }))).toEqual(['a: Use b.']);
    expect(deprecatedOfOurs(withPackage({ deprecated: 'Use b.' }, 'node_modules/c'))).toEqual([]);
  });

  it('stands in the list of what is inside (CycloneDX), made without a network', async () => {
    const list = JSON.parse(await sbom({ npm_config_offline: 'true' })) as {
      readonly bomFormat: string;
      readonly components: readonly { readonly purl: string; readonly hashes?: readonly object[] }[];
    };
    expect(list.bomFormat).toBe('CycloneDX');
    const listed = new Set(list.components.map(({ purl }) => decodeURIComponent(purl)));
    const missing = Object.entries(ours.packages).flatMap(([path, { version, link, name: known }]) => {
      // Some go by another name here than in the registry.
      const name = known ?? path.replace(/^.*node_modules\//, '');
      const isForeign = path.includes('node_modules/') && link !== true;
      return isForeign && !listed.has(`pkg:npm/${name}@${version}`) ? [`${name}@${version}`] : [];
    });
    expect(missing).toEqual([]);
    expect(list.components.filter(({ hashes }) => hashes !== undefined).length).toBeGreaterThan(900);
  });
});
