import { type ChildProcess, spawn } from 'node:child_process';

/** What became of one index in the hands of the engine. */
export type Outcome =
  | { readonly kind: 'used'; readonly fresh: number }
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

  async use(index: Uint8Array): Promise<Outcome> {
    const child = (this.#child ??= this.#start());
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new Error('The trial has no pipes.');
    const length = Buffer.alloc(4);
    length.writeUInt32LE(index.length);
    const reply = await new Promise<string | null>((resolve) => {
      let got = '';
      const onData = (bytes: Buffer): void => {
        got += bytes.toString('latin1');
        if (got.endsWith('\n')) settle(got.trimEnd());
      };
      const onClose = (): void => settle(null);
      const late = setTimeout(onClose, this.patience);
      const settle = (value: string | null): void => {
        clearTimeout(late);
        stdout.off('data', onData);
        child.off('close', onClose);
        resolve(value);
      };
      stdout.on('data', onData);
      child.on('close', onClose);
      stdin.write(length);
      stdin.write(index);
    });
    if (reply !== null) {
      const [fresh = '', ...why] = reply.split(' ');
      const report = why.join(' ');
      return report === '' ? { kind: 'used', fresh: Number(fresh) } : { kind: 'refused', fresh: Number(fresh), report };
    }
    const kind = child.exitCode === null && child.signalCode === null ? 'hung' : 'crashed';
    child.kill('SIGKILL');
    this.#child = null;
    return { kind, report: this.#report };
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

/** A sound index allocates about what its file holds; leaks are counted elsewhere. */
const LIMITS = {
  ASAN_OPTIONS: 'detect_leaks=0:max_allocation_size_mb=512:hard_rss_limit_mb=1500:abort_on_error=1:handle_abort=1',
  UBSAN_OPTIONS: 'print_stacktrace=1',
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
};
