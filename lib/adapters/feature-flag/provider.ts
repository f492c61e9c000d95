import type { AdapterContext, Evidence, Identity } from "#lib/adapters/contract.ts";
import { fileProvider } from "#lib/adapters/feature-flag/file.ts";
import { httpProvider } from "#lib/adapters/feature-flag/http.ts";
import type { Flag, Settings } from "#lib/adapters/feature-flag/schema.ts";
import { unleashProvider } from "#lib/adapters/feature-flag/unleash.ts";

/** Whoever keeps the flags. All throw Fault. */
export type Provider = {
  /** For people, with the environment where there is one. */
  place: string;
  /** Whether the flag is on. */
  read: (name: string) => Promise<boolean>;
  /** Sets it; the same call again does no harm. */
  write: (flag: Flag) => Promise<void>;
  /** What those who ask for the flag are told; `transient` while it is not as wanted yet. */
  evaluate: (flag: Flag) => Promise<Evidence[]>;
  /** Which system it is, where it tells. */
  identify: () => Promise<Identity>;
  inspect: () => Promise<Evidence[]>;
};

export function openProvider(ctx: AdapterContext<Settings>): Provider {
  const { provider } = ctx.settings;
  switch (provider.kind) {
    case "unleash":
      return unleashProvider(ctx, provider);
    case "http":
      return httpProvider(ctx, provider);
    case "file":
      return fileProvider(ctx, provider);
  }
}
