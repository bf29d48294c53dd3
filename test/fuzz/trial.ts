import { type ChildProcess, spawn } from 'node:child_process';
import type { IndexFacts } from '@shared/contract/voices';

/** What the engine takes an index for. */
export type Taken = Pick<IndexFacts, 'dimension' | 'vectors' | 'nlist' | 'nprobe'>;

/** What became of one index in the hands of the engine. */
export type Outcome =
  | { readonly kind: 'used'; readonly fresh: number; readonly as: Taken }
  | { readonly kind: 'refused'; readonly fresh: number; readonly report: string }
  /** It ended the process, or took too long; `report` is what the process said. */
  | { readonly kind: 'crashed' | 'hung'; readonly report: string };

const PATIENCE_MS = 10_000;
/** The end of a report: what led there is at its beginning. */
const MOST_REPORT = 20_000;

/** The engine with sanitizers, in a process of its own, which is started again when an index has ended it. */
export class Trial {
  #child: ChildProcess | null = null;
  #report = '';

  constructor(
    private readonly program: string,
    private readonly patience = PATIENCE_MS,
  ) {}

  /** Uses one after the other; an outcome for each. */
  async use(indexes: readonly Uint8Array[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    while (outcomes.length < indexes.length) {
      outcomes.push(...(await this.#useUntilFault(indexes.slice(outcomes.length))));
    }
    return outcomes;
  }

  /** Up to the first that ends the process, and that one. */
  async #useUntilFault(indexes: readonly Uint8Array[]): Promise<readonly Outcome[]> {
    const child = (this.#child ??= this.#start());
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new Error('The trial has no pipes.');
    const replies: string[] = [];
    await new Promise<void>((resolve) => {
      let rest = '';
      const onData = (bytes: Buffer): void => {
        const lines = (rest + bytes.toString('latin1')).split('\n');
        rest = lines.pop() ?? '';
        replies.push(...lines);
        late.refresh();
        if (replies.length === indexes.length) settle();
      };
      const settle = (): void => {
        clearTimeout(late);
        stdout.off('data', onData);
        child.off('close', settle);
        resolve();
      };
      const late = setTimeout(settle, this.patience);
      stdout.on('data', onData);
      child.on('close', settle);
      for (const index of indexes) {
        const length = Buffer.alloc(4);
        length.writeUInt32LE(index.length);
        stdin.write(length);
        stdin.write(index);
      }
    });
    const outcomes = replies.map(outcomeOf);
    if (outcomes.length === indexes.length) return outcomes;
    const kind = child.exitCode === null && child.signalCode === null ? 'hung' : 'crashed';
    child.kill('SIGKILL');
    this.#child = null;
    return [...outcomes, { kind, report: this.#report }];
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #start(): ChildProcess {
    const child = spawn(this.program, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...LIMITS } });
    this.#report = '';
    child.on('error', (error) => (this.#report = String(error)));
    // It may have ended before it read everything.
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (this.#report.length < MOST_REPORT) this.#report += text;
    });
    return child;
  }
}

/** @param reply A line of the trial (native/fuzz/trial.cc). */
function outcomeOf(reply: string): Outcome {
  const [fresh = '', kind = '', ...words] = reply.split(' ');
  if (kind === 'refused') return { kind, fresh: Number(fresh), report: words.join(' ') };
  if (kind !== 'used') throw new Error(`The trial says "${reply}".`);
  const [dimension = NaN, vectors = NaN, nlist = NaN, nprobe = NaN] = words.map(Number);
  const as = { dimension, vectors, nlist: nlist === -1 ? null : nlist, nprobe: nlist === -1 ? null : nprobe };
  return { kind, fresh: Number(fresh), as };
}

/** A sound index allocates about what its file holds; leaks are counted elsewhere. */
const LIMITS = {
  ASAN_OPTIONS: 'detect_leaks=0:max_allocation_size_mb=512:hard_rss_limit_mb=1500:abort_on_error=1:handle_abort=1',
  UBSAN_OPTIONS: 'print_stacktrace=1',
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
};
