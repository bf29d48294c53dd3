/** Seconds, by a clock that does not jump. */
export interface Stopwatch {
  /** Since the last lap, or the start. */
  lap(): number;
  total(): number;
}

export function stopwatch(): Stopwatch {
  const start = performance.now();
  let last = start;
  return {
    lap() {
      const now = performance.now();
      const seconds = (now - last) / 1_000;
      last = now;
      return seconds;
    },
    total: () => (performance.now() - start) / 1_000,
  };
}
