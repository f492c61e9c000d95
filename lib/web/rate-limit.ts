import { Refusal } from "#lib/domain/errors.ts";

type Bucket = { left: number; at: number };

/**
 * A bucket of requests per caller, refilled steadily: it stops a script that runs away, never a person or a pipeline.
 * Each process counts for itself. The returned function throws THROTTLED.
 */
export function rateLimit(options: {
  burst: number;
  perSecond: number;
  now?: () => number;
}): (caller: string) => void {
  const now = options.now ?? (() => performance.now());
  const buckets = new Map<string, Bucket>();
  return (caller) => {
    const at = now();
    if (buckets.size > 10_000) buckets.clear();
    const bucket = buckets.get(caller) ?? { left: options.burst, at };
    bucket.left = Math.min(options.burst, bucket.left + ((at - bucket.at) / 1000) * options.perSecond);
    bucket.at = at;
    buckets.set(caller, bucket);
    if (bucket.left < 1) throw new Refusal("THROTTLED", "Too many requests at once. Wait a second.");
    bucket.left -= 1;
  };
}
