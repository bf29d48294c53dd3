interface Closable {
  close(): void;
}

/** Native memory that is given back at the end, whatever happens. */
export class Resources {
  readonly #open = new Set<Closable>();

  hold<T extends Closable>(resource: T): T {
    this.#open.add(resource);
    return resource;
  }

  /** Gives one back early. */
  release(resource: Closable): void {
    if (this.#open.delete(resource)) resource.close();
  }

  close(): void {
    for (const resource of this.#open) resource.close();
    this.#open.clear();
  }
}
