import type * as v from 'valibot';

/** One step of a kind of work, as the progress bar sees it. */
export interface Step {
  /** Share of the work, in percent of a typical run without optional steps on a voice of four minutes. */
  readonly weight: number;
  /** Its time grows with the size of the job to this power; 1 unless said. */
  readonly grows?: number;
  /** Counts only once it has begun: most runs do without it. */
  readonly optional?: true;
}

/** A folder that work writes into, named without putting paths together: `src/shared` knows no file system. */
export type Place =
  | {
      readonly folder: string;
      /** Names of folders below it, outermost first. */
      readonly below?: readonly string[];
      /** It was made for this work alone, and goes when nothing is left in it. */
      readonly own?: true;
    }
  /** The folder that this file lies in. */
  | { readonly beside: string };

type Schema = v.GenericSchema;

/** What is in each list, by the name of the list. */
export interface LongLists<Result> {
  readonly most: number;
  readonly items: Readonly<Partial<Record<keyof Result, Schema>>>;
}

/** A kind of job as the page asks for it and hears of it: by ids instead of paths. */
export interface PageSide<Asked, Shown> {
  /** What the page may ask. */
  readonly request: v.GenericSchema<unknown, Asked>;
  /** What it is told when the job is done. */
  readonly result: v.GenericSchema<unknown, Shown>;
  /** The file or folder to open in the file manager; null when nothing was written. */
  readonly shows: (result: Shown) => string | null;
}

/** All that is known of a kind of work outside the code that does it. */
export interface Kind<
  Request extends Schema,
  Result extends Schema,
  Name extends string,
  Process extends 'reader' | 'own',
  Page,
> {
  /** What a worker is asked, with real paths. Made by main or the command line, never by the page. */
  readonly request: Request;
  /** What it answers. */
  readonly result: Result;
  /** Lists of the answer that may be long, and how long: they come a portion at a time. */
  readonly long?: LongLists<v.InferOutput<Result>>;
  /** What it reports, in order. Weights of the steps that are not optional add up to 100. */
  readonly steps: Readonly<Record<Name, Step>>;
  /** The step whose total says how large the job is; null when none does. */
  readonly sizedBy: NoInfer<Name> | null;
  /** Jobs of one variety are alike but for their size, so that one tells how long another takes. */
  readonly variety: (request: v.InferOutput<Request>) => string;
  /** Milliseconds after which it ends by itself; left out where it takes as long as it takes. */
  readonly endsAfter?: (request: v.InferOutput<Request>) => number;
  /** `reader`: it only reads, without the engine, and shares one process with its like; `own`: a process for itself. */
  readonly process: Process;
  /** Paths of what it reads, one on each disk that has to answer. */
  readonly reads: (request: v.InferOutput<Request>) => readonly string[];
  /** Where temporaries are left when its worker dies. */
  readonly writes: (request: v.InferOutput<Request>) => readonly Place[];
  /** What to look at again when it is done; null when nothing has changed. */
  readonly changes: (request: v.InferOutput<Request>) => Place | null;
  /** Null when the page cannot ask for it. */
  readonly page: Page;
}

/** Checks that the parts of a kind fit each other. */
export function defineKind<
  Request extends Schema,
  Result extends Schema,
  const Name extends string,
  const Process extends 'reader' | 'own',
  Page,
>(kind: Kind<Request, Result, Name, Process, Page>): Kind<Request, Result, Name, Process, Page> {
  return kind;
}

/** The page's side as it is declared, with the schemas' own types. */
interface DeclaredPage<Asked extends Schema, Shown extends Schema> {
  readonly request: Asked;
  readonly result: Shown;
  readonly shows: (result: v.InferOutput<Shown>) => string | null;
}

/** Checks the same of the page's side. */
export function definePage<Asked extends Schema, Shown extends Schema>(
  page: DeclaredPage<Asked, Shown>,
): DeclaredPage<Asked, Shown> {
  return page;
}

/** For kinds whose jobs are all alike. */
export const ALIKE = { sizedBy: null, variety: (): string => '' } as const;

/** For work that only looks. */
export const NOTHING = { writes: (): readonly Place[] => [], changes: (): null => null } as const;
