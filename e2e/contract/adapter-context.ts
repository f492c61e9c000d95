import type { AdapterContext } from "#lib/adapters/contract.ts";
import { allowedBy } from "#lib/platform/http/allow-list.ts";
import { guardedHttp } from "#lib/platform/http/guarded-http.ts";
import { addressesBy } from "#lib/platform/http/resolve-address.ts";
import { redactor } from "#lib/platform/secrets/redact.ts";

export type ContextOptions = {
  settings: unknown;
  secrets?: Record<string, string>;
  allow?: string[];
  effectKey?: string;
  previous?: "none" | "unknown";
  signal?: AbortSignal;
};

/** What the worker hands an adapter, and the lines that the adapter logged, as it logged them. */
export function adapterContext(options: ContextOptions): { ctx: AdapterContext<unknown>; lines: string[] } {
  const lines: string[] = [];
  const secrets = options.secrets ?? {};
  const allow = options.allow ?? [];
  const redact = redactor(Object.values(secrets));
  return {
    lines,
    ctx: {
      settings: options.settings,
      secrets,
      http: guardedHttp(allow),
      allowed: allowedBy(allow),
      addresses: addressesBy(allow),
      signal: options.signal ?? new AbortController().signal,
      redact,
      keepSecret: redact.keep,
      log: (line) => lines.push(line),
      effectKey: options.effectKey ?? "rb_1/1/step",
      previous: options.previous ?? "none",
    },
  };
}
