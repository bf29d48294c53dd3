/** A file's name without its ending: what a recording and the features made of it have in common, and what people read. */
export function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}
