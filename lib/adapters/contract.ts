import type { z } from "zod";
import type { GuardedHttp } from "#lib/domain/guarded-http.ts";
import type { Json, JsonObject } from "#lib/domain/json.ts";
import type { PhaseId, Reversibility, Serving } from "#lib/domain/plan.ts";
import type { Artifacts, Component } from "#lib/domain/service.ts";

/**
 * One piece of proof: what was looked at, what came back, whether it is as wanted. Never holds a secret. `ok: false`
 * is final: looking again would not help; where it may, the adapter throws Fault `transient` instead.
 */
export type Evidence = { title: string; ok: boolean; detail: string; at: string };

/** What an `apply` did. `changed: false`: the target already was as wanted. */
export type Receipt = { changed: boolean; summary: string; data: JsonObject };

/** Removes this target's secrets, in every encoding. The parts of a stream may cut a secret anywhere. */
export type Redact = {
  (text: string): string;
  stream: () => { write: (chunk: string) => string; end: () => string };
};

/** All that an adapter is told. It knows nothing else and nobody else. */
export type AdapterContext<Settings> = {
  settings: Settings;
  /** Resolved by the worker just before use. */
  secrets: Record<string, string>;
  http: GuardedHttp;
  /** The allow-list itself, for adapters whose client library makes its own connections: they check before they connect. */
  allowed: (host: string, port: number) => boolean;
  /**
   * The addresses that may be connected to for an allowed host and port, resolved once, by the rules of `http`: for
   * whoever connects by itself. Throws Fault: `permanent` ADDRESS_REFUSED, `transient` NAME_NOT_FOUND.
   */
  addresses: (host: string, port: number) => Promise<{ address: string; family: number }[]>;
  /** Aborted when the step is cancelled or its limit is over. */
  signal: AbortSignal;
  /** For whatever the adapter did not write itself: output, bodies, messages of others. The caller redacts again. */
  redact: Redact;
  /**
   * For what the adapter was given by others and nobody else may see, such as the token of a sign-in: from here on it is
   * redacted everywhere like the target's own secrets. Call it before anything is done with the text.
   */
  keepSecret: (text: string) => void;
  /** A line of output for people, redacted and capped by the caller. */
  log: (line: string) => void;
  /** The same for every attempt of one step of one rollback: for targets that understand idempotency keys. */
  effectKey: string;
  /** `unknown`: an earlier attempt of this very effect began and its outcome was never recorded. */
  previous: "none" | "unknown";
};

/**
 * How the caller goes about one step. Mutating: `observe`; unless `isDone`, record the intent and `apply`; then always
 * `verify`. Not mutating: `verify` alone does the work, and is repeated freely. A Fault `transient` of any method may
 * be retried; of `apply` it means that nothing was changed, or that the same call again is safe.
 */
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
  /** Proof that the target is as wanted. No effect. Throws Fault. */
  verify(ctx: AdapterContext<Settings>, desired: Desired): Promise<Evidence[]>;
};

/**
 * For an effect that leaves something shut until a later step opens it. A rollback that is aborted in between opens it
 * again, with an executor of its own: it is recorded, looked at and settled as any step. It wants that nothing which
 * this very effect shut is shut still, so it is done already where the later step has taken place.
 */
type Release<Settings, Desired> = {
  /** Such as "Let shop accept connections again". Pure. */
  title(desired: Desired): string;
  /** The operation of the same target after which there is nothing left to open. */
  until: string;
  limitSeconds: number;
  /** What a person would type. Pure. */
  command(settings: Settings, desired: Desired, secretNames?: readonly string[]): string;
  /** Loaded when first used. */
  // The observation is only carried between the calls of this one executor.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- existential types do not exist in TypeScript
  executor: () => Promise<Executor<Settings, Desired, any>>;
};

/** What the plan builder knows when it asks an operation for the absolute state that it should want. */
export type PlanRequest = {
  component: Component;
  from: { version: string | null; artifacts: Artifacts | null };
  to: { version: string; artifacts: Artifacts };
  rollback: string;
  /**
   * The operations that the procedure names for this component, whatever the phase; null: it names none, and takes what
   * the target offers. Where operations exclude one another (strategies), the named ones are planned, and without a
   * name those of the target's own strategy.
   */
  named: readonly string[] | null;
  /** The same by phase; a phase that is not here takes what the target offers. */
  namedIn?: Partial<Record<PhaseId, readonly string[]>>;
};

/** What an operation plans for one target: the absolute state to want, and what it rests on. */
export type Planned<Desired, Observed> = {
  title: string;
  desired: Desired;
  /** Null where nothing is there to drift. */
  observed: Observed | null;
  notReverted?: { what: string; why: string }[];
  /** RFC 3339: whatever was written after this moment is lost, as the target itself tells (a backup's own time). */
  dataLossFrom?: string;
};

export type Operation<Settings, Desired, Observed> = {
  id: string;
  title: string;
  phase: PhaseId;
  /** Looks only: no intent is recorded and it may be repeated freely. */
  mutating: boolean;
  reversibility: Reversibility;
  limitSeconds: number;
  /** What users notice of it; absent: that is not known. From it the downtime of past rollbacks is measured. */
  serving?: Serving;
  desired: z.ZodType<Desired>;
  /**
   * Plans this operation for one target: looks (no effect) and names the absolute state to want, with the observation
   * that it rests on. Several plans become several steps, in that order (a layer each, for instance). Null, or none:
   * the operation does not apply here. Throws Fault `permanent` with a reason when what is asked for cannot be had (for
   * instance the idle colour holds another version).
   */
  plan(
    ctx: AdapterContext<Settings>,
    request: PlanRequest,
  ): Promise<Planned<Desired, Observed> | readonly Planned<Desired, Observed>[] | null>;
  /** What a person would type to reach `desired`; the named secrets stand as shell variables (TOKEN for token). Pure. */
  command(settings: Settings, desired: Desired, secretNames?: readonly string[]): string;
  /** Loaded when first used. */
  executor: () => Promise<Executor<Settings, Desired, Observed>>;
  /** Absent: what is done stays done when the rollback is aborted. */
  release?: Release<Settings, Desired>;
};

/**
 * Which system it is that answers at the target's address: the UID of a cluster, the system identifier of a database.
 * It must outlive restarts and upgrades, and differ between any two systems. Recorded at the first look, part of every
 * plan, and compared before each effect: the same address may lead elsewhere tomorrow.
 */
export type Identity = { kind: string; id: string };

/** A version that the target itself can tell of. */
export type FoundVersion = {
  version: string;
  /** RFC 3339, where the target tells. */
  deployedAt: string | null;
  artifacts: Partial<Artifacts>;
  /** How the target names it: a revision, a deploy id, an object version. */
  detail: string;
};

/** A program that the adapter runs on the worker's machine. */
export type ToolFound =
  | { name: string; path: string; version: string }
  /** `missing`: one sentence that says what to do. */
  | { name: string; missing: string };

/** What registration shows of a target: can it be reached, what runs there, what did it run before. */
export type Inspection = {
  tools: ToolFound[];
  evidence: Evidence[];
  current: FoundVersion | null;
  /** Newest first, `current` included; empty where the platform keeps none. */
  history: FoundVersion[];
};

/** How an adapter was proved, and with which versions, for its reference page. */
export type Proof = { kind: "real" | "contract"; against: string };

export type Adapter<Settings = never> = {
  id: string;
  title: string;
  description: string;
  components: readonly Component[];
  settings: z.ZodType<Settings>;
  /** Names of the secrets it may be given, with what each is for; `*` stands for any other name. */
  secrets: Record<string, string>;
  proof: Proof;
  /** One target as it stands in `POST /services`, for the reference page; its own schema parses it. */
  example: { component: Component; settings: JsonObject; secrets?: Record<string, string> };
  /** Looks, no effect. Absent: nothing at the target tells it from another of its kind. Throws Fault. */
  identify?: (ctx: AdapterContext<Settings>) => Promise<Identity>;
  /** Looks, no effect: what registration shows. Throws Fault when nothing at all could be seen. */
  inspect?: (ctx: AdapterContext<Settings>, component: Component) => Promise<Inspection>;
  operations: readonly AnyOperation<Settings>[];
  /**
   * How long identifying and planning one target may take, for those that fetch a history or read a backup; 10 s unless
   * given, at most 120. Whoever takes longer names a target that does not answer within 10 s by itself.
   */
  lookSeconds?: number;
};

// Operations of one adapter differ in Desired and Observed; the caller only carries those values between its calls.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- existential types do not exist in TypeScript
export type AnyOperation<Settings> = Operation<Settings, any, any>;

/** Any adapter, for those who carry its values without looking into them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
export type AnyAdapter = Adapter<any>;

/** Ties an adapter's types together; the registry holds the result. */
export function defineAdapter<Settings>(adapter: Adapter<Settings>): Adapter<Settings> {
  return adapter;
}

/** What an operation planned, one plan or several, as a list. */
export function plansOf<Desired, Observed>(
  answer: Awaited<ReturnType<Operation<never, Desired, Observed>["plan"]>>,
): readonly Planned<Desired, Observed>[] {
  if (answer === null) return [];
  return "title" in answer ? [answer] : answer;
}
export function defineOperation<Settings, Desired, Observed>(
  operation: Operation<Settings, Desired, Observed>,
): Operation<Settings, Desired, Observed> {
  return operation;
}
