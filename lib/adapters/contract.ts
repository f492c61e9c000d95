import type { z } from "zod";
import type { Json, JsonObject } from "#lib/domain/json.ts";
import type { PhaseId, Reversibility } from "#lib/domain/plan.ts";
import type { Artifacts, Component } from "#lib/domain/service.ts";

/** One piece of proof: what was looked at, what came back, whether it is as wanted. Never holds a secret. */
export type Evidence = { title: string; ok: boolean; detail: string; at: string };

/** What an `apply` did. `changed: false`: the target already was as wanted. */
export type Receipt = { changed: boolean; summary: string; data: JsonObject };

/** Answers of the guarded client, body already read and capped. */
export type HttpAnswer = {
  status: number;
  headers: Record<string, string>;
  body: string;
  truncated: boolean;
  milliseconds: number;
};

/**
 * The only way out for an adapter that speaks HTTP: addresses outside the environment's allow-list are refused, also
 * after a redirect and after name resolution. Throws Fault: `transient` when no connection was made (nothing was sent),
 * `unknown` when the request may have arrived and no answer came, `permanent` for a refused address.
 */
export type GuardedHttp = (request: {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  url: string;
  headers?: Record<string, string>;
  body?: string;
  timeoutMs: number;
  maxBytes?: number;
  signal?: AbortSignal;
}) => Promise<HttpAnswer>;

/** All that an adapter is told. It knows nothing else and nobody else. */
export type AdapterContext<Settings> = {
  settings: Settings;
  /** Resolved by the worker just before use. */
  secrets: Record<string, string>;
  http: GuardedHttp;
  /** The allow-list itself, for adapters whose client library makes its own connections: they check before they connect. */
  allowed: (host: string, port: number) => boolean;
  /** Aborted when the step is cancelled or its limit is over. */
  signal: AbortSignal;
  /** A line of output for people, redacted and capped by the caller. */
  log: (line: string) => void;
  /** The same for every attempt of one step of one rollback: for targets that understand idempotency keys. */
  effectKey: string;
  /** `unknown`: an earlier attempt of this very effect began and its outcome was never recorded. */
  previous: "none" | "unknown";
};

export type Executor<Settings, Desired, Observed> = {
  /** What is there now; no effect. Also the preview and the drift check. Throws Fault. */
  observe(ctx: AdapterContext<Settings>, desired: Desired): Promise<Observed>;
  /** The part of an observation that must not have changed between signing and starting. Pure. */
  stable(observed: Observed): Json;
  /** Whether the target is as wanted. Pure. */
  isDone(desired: Desired, observed: Observed): boolean;
  /**
   * Converge. Safe to call when a previous call's outcome is unknown; where the target itself is not safe against a
   * repeat, throws Fault `unknown` instead of repeating. Never called when `isDone` already holds.
   */
  apply(ctx: AdapterContext<Settings>, desired: Desired, observed: Observed): Promise<Receipt>;
  /** Proof that the target is as wanted. A check operation does its whole work here. Throws Fault. */
  verify(ctx: AdapterContext<Settings>, desired: Desired): Promise<Evidence[]>;
  /** Stops what `apply` began, any time, twice. */
  cancel(ctx: AdapterContext<Settings>, receipt: Receipt | null): Promise<void>;
};

/** What the plan builder knows when it asks an operation for the absolute state that it should want. */
export type PlanRequest = {
  component: Component;
  from: { version: string | null; artifacts: Artifacts | null };
  to: { version: string; artifacts: Artifacts };
  rollback: string;
};

export type Operation<Settings, Desired, Observed> = {
  id: string;
  title: string;
  phase: PhaseId;
  /** Looks only: no intent is recorded and it may be repeated freely. */
  mutating: boolean;
  reversibility: Reversibility;
  limitSeconds: number;
  desired: z.ZodType<Desired>;
  /**
   * Plans this operation for one target: looks (no effect) and names the absolute state to want, with the observation
   * that it rests on. Null: the operation does not apply here. Throws Fault `permanent` with a reason when what is
   * asked for cannot be had (for instance the idle colour holds another version).
   */
  plan(
    ctx: AdapterContext<Settings>,
    request: PlanRequest,
  ): Promise<{
    title: string;
    desired: Desired;
    observed: Observed | null;
    notReverted?: { what: string; why: string }[];
  } | null>;
  /** What a person would type to reach `desired`, secrets as shell variables. Pure. */
  command(settings: Settings, desired: Desired): string;
  /** Loaded when first used. */
  executor: () => Promise<Executor<Settings, Desired, Observed>>;
};

/** How an adapter was proved, for its reference page. */
export type Proof = { kind: "real" | "contract"; against: string };

export type Adapter<Settings = never> = {
  id: string;
  title: string;
  description: string;
  components: readonly Component[];
  settings: z.ZodType<Settings>;
  /** Names of the secrets it may be given, with what each is for. */
  secrets: Record<string, string>;
  proof: Proof;
  operations: readonly AnyOperation<Settings>[];
};

// Operations of one adapter differ in Desired and Observed; the caller only carries those values between its calls.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- existential types do not exist in TypeScript
export type AnyOperation<Settings> = Operation<Settings, any, any>;

/** Ties an adapter's types together; the registry holds the result. */
export function defineAdapter<Settings>(adapter: Adapter<Settings>): Adapter<Settings> {
  return adapter;
}
export function defineOperation<Settings, Desired, Observed>(
  operation: Operation<Settings, Desired, Observed>,
): Operation<Settings, Desired, Observed> {
  return operation;
}
