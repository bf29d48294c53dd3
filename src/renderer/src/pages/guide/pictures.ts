/** Pictures of the guide that need a measured index. */
export const LIVE_PICTURES = [
  'map',
  'groups',
  'histogram',
  'search',
  'curve',
  'coverage',
  'blend',
  'cost',
  'material',
  'programs',
] as const;
export type LivePicture = (typeof LIVE_PICTURES)[number];

/** Pictures that are drawn for everybody; some take the voice's own numbers where there are any. */
export const DRAWN_PICTURES = [
  'frames',
  'distance',
  'scale',
  'pieces',
  'storage',
  'centers',
  'expansion',
  'merging',
] as const;
export type DrawnPicture = (typeof DRAWN_PICTURES)[number];

export type PictureName = LivePicture | DrawnPicture;

/** The picture that a link to an image stands for, e.g. `../images/guide/groups.webp`; null for any other image. */
export function pictureOf(source: string): PictureName | null {
  const name = /\/images\/guide\/(?:[\w-]+\/)?([a-z]+)\.webp$/.exec(source)?.[1];
  return [...LIVE_PICTURES, ...DRAWN_PICTURES].find((known) => known === name) ?? null;
}

export function isLive(name: PictureName): name is LivePicture {
  return LIVE_PICTURES.some((live) => live === name);
}
