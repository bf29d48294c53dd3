import { expect, it } from 'vitest';
import { ownPython } from '../../../scripts/python.mjs';

it.each([
  ['win32', '.cache/python/Scripts/python.exe'],
  ['darwin', '.cache/python/bin/python3'],
])("the project's own Python of %s is where that system's is put", (platform, path) => {
  expect(ownPython(platform).replaceAll('\\', '/')).toMatch(new RegExp(`/${path.replaceAll('.', '\\.')}$`));
});
