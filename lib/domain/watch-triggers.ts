import { observationsOf, type Sample } from "#lib/domain/facts-from-signals.ts";
import type { FactValue } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { Trigger } from "#lib/domain/playbook-rule.ts";
import { readTrigger, type TriggerReading } from "#lib/domain/trigger.ts";

export type WatchedTrigger = { trigger: Trigger; reading: TriggerReading; value: FactValue | null };

/** What every trigger of a playbook makes of an environment's signals, in the playbook's order. Pure. */
export function watchTriggers(playbook: Playbook, samples: readonly Sample[], now: Date): WatchedTrigger[] {
  return playbook.triggers.flatMap((trigger) => {
    const fact = playbook.facts.find((one) => one.id === trigger.condition.fact);
    if (!fact) return [];
    const observations = observationsOf(fact, samples);
    const value = observations[0]?.value ?? null;
    return [{ trigger, reading: readTrigger(trigger, observations, now), value }];
  });
}
