/** electron-vite: builds the named module as a script of its own and yields its path. */
declare module '*?modulePath' {
  const path: string;
  export default path;
}
