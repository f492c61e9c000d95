import { z } from "zod";
import type { Inspection as Found } from "#lib/adapters/contract.ts";
import { recordInspection } from "#lib/commands/target/record-inspection.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Seen } from "#lib/domain/inspection.ts";
import { JsonObject } from "#lib/domain/json.ts";
import { Component } from "#lib/domain/service.ts";
import { endRun } from "#lib/engine/ownership.ts";
import { letGo, persistently } from "#lib/engine/persistently.ts";
import type { Handler, Run } from "#lib/engine/run.ts";
import { db } from "#lib/platform/db/client.ts";
import { transact } from "#lib/platform/db/transact.ts";
import type { Inspection } from "#prisma/client.ts";
import { worker } from "#lib/workflows/actor.ts";
import { deaf } from "#lib/workflows/deaf.ts";
import { stepFault } from "#lib/workflows/fault.ts";
import { openTarget } from "#lib/workflows/operation.ts";
import { redactJson } from "#lib/workflows/redact-json.ts";
import { shownText } from "#lib/workflows/shown-text.ts";
import type { Tools } from "#lib/workflows/tools.ts";

const usualPatienceMs = 20_000;
const mostVersions = 50;
const mostTools = 20;
const mostEvidence = 100;
const longestText = 4000;
const nothing: Seen = {
  reached: null,
  identity: null,
  tools: [],
  evidence: [],
  current: null,
  history: [],
  fault: null,
};

/** Looks at one target, registered or about to be: which system answers, with what tools, and what runs there. */
export function inspectHandler(tools: Tools, patienceMs = usualPatienceMs): Handler {
  return {
    run: async (run) => {
      const asked = await persistently(
        () => db().inspection.findUnique({ where: { id: run.subjectId } }),
        letGo(run.signal),
      );
      if (asked === null) return persistently(() => transact((tx) => endRun(tx, run)), letGo(run.signal));
      await store(
        run,
        await inspect(asked, tools, AbortSignal.any([run.signal, AbortSignal.timeout(patienceMs)])),
      );
    },
    failed: (run) => store(run, { ...nothing, reached: false, fault: broken }),
  };
}

async function inspect(asked: Inspection, tools: Tools, patience: AbortSignal): Promise<Seen> {
  let redact = (text: string): string => text;
  let seen = nothing;
  try {
    const target = await openTarget(tools, {
      adapter: asked.adapter,
      settings: JsonObject.parse(asked.settings),
      secrets: z.record(z.string(), z.string()).parse(asked.secrets),
      allow: asked.allow,
    });
    redact = target.redact;
    const ctx = target.context({
      signal: patience,
      effectKey: asked.id,
      previous: "none",
      log: () => undefined,
    });
    const found = await Promise.race([target.inspect(ctx, Component.parse(asked.component)), deaf(patience)]);
    if (found !== null) seen = { ...nothing, ...shown(found, redact), reached: true };
    const identity = await Promise.race([target.identify(ctx), deaf(patience)]);
    return { ...seen, reached: identity === null ? seen.reached : true, identity };
  } catch (error) {
    const { code, message, advice } = stepFault(error, "permanent", redact);
    return { ...seen, reached: false, fault: { code, message, advice } };
  }
}

/** What a target tells is of any length, and holds whatever it wants to. */
function shown(found: Found, redact: (text: string) => string): Found {
  const { tools, evidence, current, history } = found;
  const most = {
    tools: tools.slice(0, mostTools),
    evidence: evidence.slice(0, mostEvidence),
    current,
    history: history.slice(0, mostVersions),
  };
  return redactJson(most, (text) => shownText(text, redact, longestText));
}

async function store(run: Run, seen: Seen): Promise<void> {
  const input = { id: run.subjectId, run: { id: run.id, generation: run.generation }, seen };
  try {
    await persistently(() => recordInspection(worker, input), letGo(run.signal));
  } catch (error) {
    // Its environment was written anew in the meantime.
    if (!(error instanceof Refusal) || error.code !== "NOT_FOUND") throw error;
    await persistently(() => transact((tx) => endRun(tx, run)), letGo(run.signal));
  }
}

const broken = {
  code: "ADAPTER_BROKE",
  message: "Lastgood itself broke while it looked at this target.",
  advice: "The worker's log holds the details.",
};
