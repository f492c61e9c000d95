import type { Evidence, Identity } from "#lib/adapters/contract.ts";
import type { Flag } from "#lib/adapters/feature-flag/schema.ts";

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
