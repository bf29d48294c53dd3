import { WINDOWS_RESERVED } from '../hosts/names';
import { HIDDEN } from '../visible';

/** Room for a mark of a second file of the name; names end at 255 bytes everywhere, and a letter may take four. */
const LONGEST_PART = 60;

/** What no name of a file may have on some system. */
const FORBIDDEN = new RegExp(`[<>:"|?*${HIDDEN}]`, 'gu');

/**
 * Where a file of an archive goes, folder by folder: its own name, without what a system does not take. Never a way out:
 * parts that lead nowhere or up are dropped, although such archives are refused before.
 */
export function placeIn(name: string): readonly string[] {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .map(partOf);
}

function partOf(part: string): string {
  const clean = part
    .replaceAll(FORBIDDEN, '_')
    .replaceAll('\\', '_')
    .replace(/[. ]+$/, '')
    .replace(/^ +/, '');
  const kept = shortened(clean === '' ? '_' : clean);
  return WINDOWS_RESERVED.test(kept) ? `_${kept}` : kept;
}

/** The ending says what it is, and stays. */
function shortened(part: string): string {
  const letters = Array.from(part);
  if (letters.length <= LONGEST_PART) return part;
  const [ending = ''] = /\.[A-Za-z0-9]{1,6}$/.exec(part) ?? [];
  return `${letters.slice(0, LONGEST_PART - ending.length).join('')}${ending}`;
}

/** The folder for an archive: its name without what archives end in. */
export function folderFor(archiveName: string): string {
  return partOf(archiveName.replace(/(\.(zip|pth|rvc))+$/i, ''));
}

/** The same name with a number, before its ending. */
export function numbered(name: string, number: number): string {
  return name.replace(/(\.[A-Za-z0-9]{1,6})?$/, (ending) => ` (${number})${ending}`);
}
