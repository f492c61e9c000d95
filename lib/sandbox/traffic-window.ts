/** What was measured over a number of seconds; null where nothing was seen, because nothing is not zero. */
export type Measure = {
  seconds: number;
  requests: number;
  errors: number;
  errorRate: number | null;
  averageMs: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
};

type Bucket = { requests: number; errors: number; totalMs: number; samples: number[] };

const keptSeconds = 60;
const samplesPerSecond = 500;

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Counts requests per second and keeps the last minute. Times are milliseconds since the epoch. */
export class TrafficWindow {
  readonly #buckets = new Map<number, Bucket>();
  readonly since: number;

  constructor(since: number) {
    this.since = since;
  }

  record(at: number, status: number, durationMs: number): void {
    const second = Math.floor(at / 1_000);
    let bucket = this.#buckets.get(second);
    if (!bucket) {
      bucket = { requests: 0, errors: 0, totalMs: 0, samples: [] };
      this.#buckets.set(second, bucket);
      for (const old of this.#buckets.keys()) if (old < second - keptSeconds) this.#buckets.delete(old);
    }
    bucket.requests += 1;
    if (status >= 500) bucket.errors += 1;
    bucket.totalMs += durationMs;
    if (bucket.samples.length < samplesPerSecond) bucket.samples.push(durationMs);
  }

  /** The last `seconds` (at most 60), or less when the window has not been open that long. */
  measure(now: number, seconds: number): Measure {
    const span = Math.min(seconds, Math.max(1, Math.ceil((now - this.since) / 1_000)));
    const oldest = Math.floor(now / 1_000) - Math.min(span, keptSeconds);
    let requests = 0;
    let errors = 0;
    let totalMs = 0;
    const samples: number[] = [];
    for (const [second, bucket] of this.#buckets) {
      if (second < oldest) continue;
      requests += bucket.requests;
      errors += bucket.errors;
      totalMs += bucket.totalMs;
      samples.push(...bucket.samples);
    }
    samples.sort((a, b) => a - b);
    const quantile = (share: number): number | null => {
      const value = samples[Math.min(samples.length - 1, Math.floor(samples.length * share))];
      return value === undefined ? null : round(value, 1);
    };
    return {
      seconds: span,
      requests,
      errors,
      errorRate: requests === 0 ? null : round(errors / requests, 4),
      averageMs: requests === 0 ? null : round(totalMs / requests, 1),
      p50Ms: quantile(0.5),
      p95Ms: quantile(0.95),
    };
  }
}
