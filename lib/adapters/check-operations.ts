import { z } from "zod";
import { defineOperation } from "#lib/adapters/contract.ts";
import type { Executor, Operation, PlanRequest } from "#lib/adapters/contract.ts";

/** What every procedure may call a check; an adapter adds what its own checks are called. */
const commonNames = ["verify", "check", "run"] as const;

export const checkPhase = z
  .enum(["validation", "verification"])
  .default("verification")
  .describe("When it is checked");

export const checkTitle = (fallback: string) =>
  z.string().trim().min(1).max(200).default(fallback).describe("What people read in the plan");

/** The setting that says under which of its names a check is offered. */
export function checkNames(...more: string[]) {
  return z
    .enum([...commonNames, ...more] as [string, ...string[]])
    .default("verify")
    .describe(
      "The operation that it stands for after the rollback. Where a procedure names operations and this one is not among them, it stands for verify, check or run, whichever is",
    );
}

export const CheckDesired = z.strictObject({
  version: z.string().describe("The version that is rolled back to"),
});
export type CheckDesired = z.output<typeof CheckDesired>;

type CheckSettings = { title: string; phase: "validation" | "verification"; as: string };

/**
 * The operations of an adapter that only looks: `validate` before the rollback, and after it one operation under the
 * name that the procedure looks for, so that a registered check is not left out because it is called otherwise.
 */
export function checkOperations<Settings extends CheckSettings>(check: {
  names: readonly string[];
  limitSeconds: number;
  command: Operation<Settings, CheckDesired, null>["command"];
  executor: () => Promise<Executor<Settings, CheckDesired, null>>;
}): Operation<Settings, CheckDesired, null>[] {
  return ["validate", ...check.names].map((id) =>
    defineOperation<Settings, CheckDesired, null>({
      id,
      title: titleOf(id),
      phase: id === "validate" ? "validation" : "verification",
      mutating: false,
      reversibility: "reversible",
      limitSeconds: check.limitSeconds,
      desired: CheckDesired,
      plan: ({ settings }, request) =>
        Promise.resolve(
          id === nameFor(settings, request)
            ? { title: settings.title, desired: { version: request.to.version }, observed: null }
            : null,
        ),
      command: check.command,
      executor: check.executor,
    }),
  );
}

function nameFor({ phase, as }: CheckSettings, { namedIn }: PlanRequest): string {
  if (phase === "validation") return "validate";
  const named = namedIn?.verification;
  if (named === undefined || named.includes(as)) return as;
  return commonNames.find((name) => named.includes(name)) ?? as;
}

function titleOf(id: string): string {
  if (id === "validate") return "Check before the rollback";
  return id === "verify" ? "Check after the rollback" : `The same, for procedures that name ${id}`;
}
