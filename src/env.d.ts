/// <reference types="vite/types/importMeta.d.ts" />

/** electron-vite: builds the named module as a script of its own and yields its path. */
declare module '*?modulePath' {
  const path: string;
  export default path;
}

interface ImportMetaEnv {
  /** Given to the build of a release: the address of the page of releases. */
  readonly MAIN_VITE_RELEASES?: string;
}
