import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { checkFacts } from "#lib/domain/fact.ts";
import { decide } from "#lib/domain/decision.ts";
import { factsFromSignals, historyFor } from "#lib/domain/facts-from-signals.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { DecideIncident } from "#lib/domain/incident.ts";
import { lockIncident } from "#lib/queries/incident/load.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { recentSignals } from "#lib/queries/signal/recent.ts";

/** Decides by the playbook from facts. A person may override the verdict with a reason; both are recorded. */
export const decideIncident = command({
  name: "incident.decide",
  input: DecideIncident.extend({ id: z.string().max(64) }).strict(),
  async load(tx, input) {
    const loaded = await lockIncident(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, input, loaded, now }) {
    const { incident, state, subject } = loaded;
    if (state === "resolved" || state === "reviewed") {
      throw new Refusal("WRONG_STATE", "This incident is over. Reopen it to decide again.");
    }
    const { override, reason } = input;
    const playbook = await playbookAt(tx, incident.playbookId, incident.playbookVersion);
    checkFacts(playbook.facts, input.facts);
    const { detectedAt } = incident;
    const samples = await recentSignals(tx, incident.serviceId, incident.environment, now);
    const sustainedFor = historyFor(playbook, input.facts, factsFromSignals(playbook, samples, now));
    const asked = { now, detectedAt, environment: loaded.found.environment, sustainedFor };
    const decided = decide(playbook, input.facts, asked);
    const isOtherSeverity = input.severity !== undefined && input.severity !== decided.severity;
    if ((override ?? isOtherSeverity) && !reason) {
      const message = override ? "Say why the verdict is overridden." : "Say why the severity is another.";
      throw new Refusal("INVALID", `reason: ${message}`, { errors: [{ path: "reason", message }] });
    }
    const decision = isOtherSeverity
      ? decide(playbook, input.facts, { ...asked, severity: input.severity })
      : decided;
    const severityByRules = isOtherSeverity ? decided.severity : null;
    const said = { override: override ?? null, reason: reason ?? null, severityByRules };
    const given = { ...decision, ...said, at: now.toISOString() };
    await tx.incident.update({
      where: { id: incident.id },
      data: {
        facts: input.facts,
        decision: given,
        severity: decision.severity,
        decidedAt: now,
        decideBy: decision.deadline ? new Date(decision.deadline) : null,
        acknowledgedAt: incident.acknowledgedAt ?? now,
        ...(state === "detected" || state === "acknowledged" ? { state: "deciding" } : {}),
      },
    });
    return {
      result: { ...decision, ...said },
      events: [
        {
          type: "incident.decided",
          subject,
          data: {
            verdict: decision.verdict,
            severity: decision.severity,
            deadline: decision.deadline,
            rules: decision.rules,
            facts: input.facts,
            sustainedFor,
            ...said,
          },
        },
      ],
    };
  },
});
