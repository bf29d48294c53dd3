import * as v from 'valibot';
import { count, RecipeId } from '@shared/contract/primitives';
import { Note, type ShelfEntry } from '@shared/contract/shelf';
import type { IndexFile } from '@shared/contract/voices';
import type { Database } from './database';

type Said = Omit<ShelfEntry, 'index'>;
type Named = Pick<IndexFile, 'id' | 'content'>;

const NOTHING: Said = { starred: false, note: '', repairedFrom: null, recipe: null };

const Row = v.object({
  id: v.string(),
  content: v.nullable(v.string()),
  starred: v.picklist([0, 1]),
  // Of a newer version, or a damaged library, each may be what this one does not know.
  note: v.fallback(Note, ''),
  repaired_from: v.fallback(v.nullable(count), null),
  recipe: v.fallback(v.nullable(RecipeId), null),
});

export interface ShelfOptions {
  readonly database: Database;
  /** Every index that the library knows, also of drives that are away. */
  readonly indexes: () => readonly Named[];
  readonly publish: (entries: readonly ShelfEntry[]) => void;
}

/**
 * What is said of indexes beside their files: a star, a note, what a repair has changed, what they were built by. It is kept
 * by the id of the index, which goes by its path; for an index whose path is new, it is what was said of the same content
 * where nothing is any more. What it was built by is true of its copies, too.
 */
export class Shelf {
  readonly #options: ShelfOptions;
  #told = '[]';

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /** All that there is to say of the indexes of the library. */
  entries(): ShelfEntry[] {
    const indexes = this.#options.indexes();
    const saidOf = this.#search(indexes);
    return indexes.flatMap((index) => {
      const said = saidOf(index);
      return isNothing(said) ? [] : [{ index: index.id, ...said }];
    });
  }

  of(index: Named): Said {
    return this.#search(this.#options.indexes())(index);
  }

  /** Says something of an index; the rest stays as it is. */
  set(index: Named, change: Partial<Said>): void {
    const { id, content } = index;
    const { starred, note, repairedFrom, recipe } = { ...this.of(index), ...change };
    this.#options.database
      .prepare(
        `INSERT INTO shelf (id, content, starred, note, repaired_from, recipe) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET content = excluded.content, starred = excluded.starred, note = excluded.note,
           repaired_from = excluded.repaired_from, recipe = excluded.recipe`,
      )
      .run(id, content ?? null, Number(starred), note, repairedFrom, recipe);
    this.tell();
  }

  /** An index has another name, or is another file by now; what was said of it goes along. */
  follow(from: Named, to: Named, change: Partial<Said>): void {
    const said = this.of(from);
    if (from.id !== to.id) this.#options.database.prepare('DELETE FROM shelf WHERE id = ?').run(from.id);
    this.set(to, { ...said, ...change });
  }

  /** Tells the page where there is something else to say, as after a look at the disk. */
  tell(): void {
    const entries = this.entries();
    const text = JSON.stringify(entries);
    if (text === this.#told) return;
    this.#told = text;
    this.#options.publish(entries);
  }

  #search(indexes: readonly Named[]): (index: Named) => Said {
    const rows = this.#options.database
      .prepare('SELECT id, content, starred, note, CAST(repaired_from AS REAL) AS repaired_from, recipe FROM shelf')
      .all()
      .map((row) => v.parse(Row, row));
    const present = new Set(indexes.map(({ id }) => id));
    const byId = new Map(rows.map((row) => [row.id, row]));
    const moved = new Map(
      rows.flatMap((row) => (row.content === null || present.has(row.id) ? [] : [[row.content, row] as const])),
    );
    const recipes = new Map(
      rows.flatMap(({ content, recipe }) => (content === null || recipe === null ? [] : [[content, recipe] as const])),
    );
    return ({ id, content }) => {
      const row = byId.get(id) ?? (content === undefined ? undefined : moved.get(content));
      const said = row === undefined ? NOTHING : saidIn(row);
      // Another program may have written another index into the same place.
      const isThis = content === undefined || row?.content == null || row.content === content;
      const recipe = (isThis ? said.recipe : null) ?? (content === undefined ? null : (recipes.get(content) ?? null));
      return { ...said, recipe };
    };
  }
}

function saidIn({ starred, note, repaired_from, recipe }: v.InferOutput<typeof Row>): Said {
  return { starred: starred === 1, note, repairedFrom: repaired_from, recipe };
}

function isNothing({ starred, note, repairedFrom, recipe }: Said): boolean {
  return !starred && note === '' && repairedFrom === null && recipe === null;
}
