import type { Playbook } from "#lib/domain/playbook.ts";
import type { Component } from "#lib/domain/service.ts";

type Place = { name: string; automaticRollback: boolean; components: readonly Component[] };

/** What a service has to reckon with under a playbook. */
export type AssignmentEffect = {
  /** Components that it has and that no procedure takes back. */
  uncovered: Component[];
  /** Triggers that would roll back by themselves, and the environments where that is turned on. */
  automatic: { triggers: number; environments: string[] } | null;
};

/** What follows when a service with these environments follows this playbook. Pure. */
export function assignmentEffect(playbook: Playbook, places: readonly Place[]): AssignmentEffect {
  const covered = new Set(playbook.procedures.flatMap((procedure) => procedure.components));
  const present = [...new Set(places.flatMap((place) => place.components))];
  const triggers = playbook.triggers.filter((trigger) => trigger.action === "roll_back").length;
  const environments = places.filter((place) => place.automaticRollback).map((place) => place.name);
  return {
    uncovered: present.filter((component) => !covered.has(component)),
    automatic: triggers > 0 && environments.length > 0 ? { triggers, environments } : null,
  };
}
