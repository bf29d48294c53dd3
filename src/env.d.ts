/** electron-vite: builds the named module as a script of its own and yields its path. */
declare module '*?modulePath' {
  const path: string;
  export default path;
}

interface ImportMeta {
  readonly env: {
    /** Given to the build of a release: the address of the page of releases. */
    readonly MAIN_VITE_RELEASES?: string;
  };
  readonly glob: import('vite/types/importGlob.d.ts').ImportGlobFunction;
}
