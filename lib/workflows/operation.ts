import type { AdapterContext, AnyAdapter, Identity, Inspection } from "#lib/adapters/contract.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import { minSecretLength } from "#lib/domain/secret.ts";
import type { Component } from "#lib/domain/service.ts";
import { allowedBy } from "#lib/platform/http/allow-list.ts";
import { guardedHttp } from "#lib/platform/http/guarded-http.ts";
import { addressesBy } from "#lib/platform/http/resolve-address.ts";
import { redactor, type Redactor } from "#lib/platform/secrets/redact.ts";
import { resolveSecrets } from "#lib/platform/secrets/resolve.ts";
import { shownText } from "#lib/workflows/shown-text.ts";
import type { Tools } from "#lib/workflows/tools.ts";

export type OperationAddress = {
  adapter: string;
  settings: JsonObject;
  /** References only. */
  secrets: Record<string, string>;
  /** Host:port pairs that may be called. */
  allow: readonly string[];
};

type ContextOptions = {
  signal: AbortSignal;
  effectKey: string;
  previous: "none" | "unknown";
  /** Lines for people, already redacted. */
  log: (line: string) => void;
};

/** One target, opened: settings parsed, secrets fetched, the way out guarded. */
export type OpenTarget = {
  operations: AnyAdapter["operations"];
  settings: unknown;
  /** How long its adapter may look while a plan is made. */
  lookSeconds: number;
  context: (options: ContextOptions) => AdapterContext<unknown>;
  /** Which system answers there; null where its adapter cannot tell. Throws Fault. */
  identify: (ctx: AdapterContext<unknown>) => Promise<Identity | null>;
  /** What can be seen there before anything is planned; null where its adapter does not look. Throws Fault. */
  inspect: (ctx: AdapterContext<unknown>, component: Component) => Promise<Inspection | null>;
  redact: (text: string) => string;
};

const usualLookSeconds = 10;
const mostLookSeconds = 120;
const longestLine = 500;
const longestIdentity = 500;

/** Opens a target for one use. Throws Fault `permanent` for settings or secrets that cannot be used. */
export async function openTarget(tools: Tools, address: OperationAddress): Promise<OpenTarget> {
  const adapter = tools.adapterById(address.adapter);
  if (!adapter) {
    throw new Fault(
      "permanent",
      "NO_SUCH_ADAPTER",
      `There is no adapter "${address.adapter}".`,
      "Correct the target, or run a version of Lastgood that has it.",
    );
  }
  const settings = adapter.settings.safeParse(address.settings);
  if (!settings.success) {
    const where = settings.error.issues[0]?.path.map(String).join(".") ?? "";
    throw new Fault(
      "permanent",
      "SETTINGS_INVALID",
      `The settings of this target cannot be used: ${where} ${settings.error.issues[0]?.message ?? ""}`,
      "Correct the target, then request a new plan.",
    );
  }
  const parsed: unknown = settings.data;
  const secrets = await resolveSecrets(address.secrets);
  const redact = redactor(Object.values(secrets));
  const http = guardedHttp(address.allow);
  const allowed = allowedBy(address.allow);
  const addresses = addressesBy(address.allow);
  return {
    operations: adapter.operations,
    settings: parsed,
    lookSeconds: Math.min(adapter.lookSeconds ?? usualLookSeconds, mostLookSeconds),
    redact,
    identify: async (ctx) => {
      const found = (await adapter.identify?.(ctx)) ?? null;
      if (found === null) return null;
      const [kind, id] = [found.kind, found.id].map((text) => shownText(text, redact, longestIdentity));
      return { kind: kind ?? "", id: id ?? "" };
    },
    inspect: (ctx, component) => adapter.inspect?.(ctx, component) ?? Promise.resolve(null),
    context: ({ signal, effectKey, previous, log }) => ({
      settings: parsed,
      secrets,
      http,
      allowed,
      addresses,
      signal,
      redact,
      keepSecret: keptBy(redact),
      effectKey,
      previous,
      log: (line) => log(shownText(line, redact, longestLine)),
    }),
  };
}

/** A text so short would be found in every other one. */
function keptBy(redact: Redactor): (text: string) => void {
  return (text) => {
    if (text.length >= minSecretLength) redact.keep(text);
  };
}

/** Throws Fault `permanent` when the adapter no longer offers what the plan names. */
export function operationOf(target: OpenTarget, id: string): AnyAdapter["operations"][number] {
  const operation = target.operations.find((one) => one.id === id);
  if (operation) return operation;
  throw new Fault(
    "permanent",
    "NO_SUCH_OPERATION",
    `The adapter has no operation "${id}".`,
    "This version of Lastgood cannot run this step: run its command by hand, or plan again.",
  );
}

/** The executor of a step: the operation's own, or the one that opens what it keeps shut. Throws Fault. */
export function executorOf(
  operation: AnyAdapter["operations"][number],
  step: { operation: string; releases?: string },
): ReturnType<AnyAdapter["operations"][number]["executor"]> {
  const { release } = operation;
  if (step.releases === undefined) return operation.executor();
  if (release) return release.executor();
  throw new Fault(
    "permanent",
    "NO_SUCH_OPERATION",
    `The adapter's operation "${step.operation}" takes nothing back.`,
    "This version of Lastgood cannot run this step: run its command by hand, then mark it done.",
  );
}
