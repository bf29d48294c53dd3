import type { JobSnapshot } from '@shared/contract/jobs';
import type { Measurement } from '@shared/contract/measurement';
import type { RecipeId } from '@shared/contract/primitives';
import type { JobKind, JobRequestOf, JobResultOf, RequestOf, ResultOf } from '@shared/jobs';
import type { BuiltFolders } from '../../library/builtFolders';
import type { Library } from '../../library/library';
import type { MarkStore } from '../../library/marks';
import type { Measurements } from '../../library/measurements';
import type { Memory } from '../../library/memory';
import type { PointedFolders } from '../../library/pointed';
import type { Shelf } from '../../library/shelf';
import type { Takes } from '../../library/takes';
import type { Tokens } from '../../library/tokens';
import type { Traces } from '../../library/traces';
import type { Left, WrittenFiles } from '../../library/written';
import type { EngineProbe } from '../../system/engineProbe';
import type { RateHistory } from '../rates';

/** What turning ids into paths rests on. */
export interface PrepareServices {
  readonly library: Pick<Library, 'voice' | 'index'>;
  readonly marks: Pick<MarkStore, 'get'>;
  readonly pointed: Pick<PointedFolders, 'of'>;
  readonly tokens: Pick<Tokens, 'peek' | 'take'>;
  readonly memory: Pick<Memory, 'get' | 'set'>;
  /** @throws BAD_REQUEST when there is no such job */
  readonly job: (id: string) => JobSnapshot;
  /** Indexes built by the app lie in `<current>/<voice id>/<job id>/`. */
  readonly built: Pick<BuiltFolders, 'current'>;
  readonly sampleRoot: string;
  /** Archives are unpacked into `<unpackedRoot>/<name of the archive>/`. */
  readonly unpackedRoot: string;
  readonly traces: Pick<Traces, 'folder' | 'pathOf'>;
  readonly takes: Pick<Takes, 'of'>;
  readonly measurements: Pick<Measurements, 'hashOf' | 'tellerOf'>;
  /** Bytes of vectors a job may keep in memory, as the person has set it. */
  readonly memoryLimit: () => number | null;
}

/** What taking a result into the library reaches for. */
export interface FinishServices {
  readonly library: Pick<Library, 'add' | 'refresh' | 'index' | 'indexAt' | 'follow'>;
  readonly shelf: Pick<Shelf, 'of' | 'set' | 'follow'>;
  readonly measurements: Pick<Measurements, 'keep' | 'history' | 'follow' | 'ofIndex' | 'ofHash' | 'hashOf' | 'hashes'>;
  readonly written: Pick<WrittenFiles, 'keep' | 'follow'>;
  readonly traces: Pick<Traces, 'follow' | 'sweep'>;
  readonly rates: Pick<RateHistory, 'record'>;
  readonly engine: Pick<EngineProbe, 'report'>;
}

/** The work of a job: what the worker is asked, and what the job is about. */
export interface Prepared<K extends JobKind> {
  readonly work: RequestOf<K>;
  /** Name of the voice or index, for titles. */
  readonly subject: string;
  /** Id of the voice it belongs to. */
  readonly voice: string | null;
}

export interface MeasuredFile {
  readonly path: string;
  readonly measurement: Measurement;
}

/** What main does for a kind of job, before a worker is asked and after it has answered. */
export interface MainKind<K extends JobKind> {
  /**
   * Turns what the page asks for, by ids, into what a worker is asked to do, by paths.
   *
   * @throws FILE_NOT_FOUND, TOKEN_UNKNOWN, HOST_NOT_FOUND, BAD_REQUEST
   */
  readonly prepare: (request: JobRequestOf<K>, jobId: string, services: PrepareServices) => Prepared<K>;
  /** The same work for another job; left out where nothing differs. */
  readonly repeat?: (work: RequestOf<K>, jobId: string) => RequestOf<K>;
  /** Takes note of a result before anything is looked at again: what a file was before is forgotten then. */
  readonly note?: (value: ResultOf<K>, services: FinishServices) => void;
  /** Files that it has left in folders that are not the app's own; left out where it writes none. */
  readonly leaves?: (value: ResultOf<K>) => readonly Left[];
  /** The indexes whose figures are known now, in the order they were named. Asked before they are looked at again. */
  readonly measured?: (work: RequestOf<K>, value: ResultOf<K>, services: FinishServices) => readonly MeasuredFile[];
  /** Looks again where something has changed; left out where looking at the changed folder is enough. */
  readonly lookAgain?: (
    work: RequestOf<K>,
    value: ResultOf<K>,
    services: FinishServices,
    changed: () => Promise<void>,
  ) => Promise<void>;
  /** The recipe that what was measured was built by; left out where the work does not say. */
  readonly recipe?: (work: RequestOf<K>) => RecipeId;
  /** What the page is told. `idAt` knows what the library calls a file. */
  readonly result: (value: ResultOf<K>, idAt: (path: string) => string | null) => JobResultOf<K>;
}
