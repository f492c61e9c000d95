"use client";

import { useMemo } from "react";
import type { Companions } from "#components/wizard/dependencies.tsx";
import { recordedDecision, suggestedReason } from "#components/wizard/recorded-decision.ts";
import { reachesFor } from "#components/wizard/reaches.ts";
import { ladderOf } from "#components/wizard/rungs.ts";
import type { RegisteredTarget } from "#components/wizard/scope-choice.tsx";
import { byStrategy, proceduresFor } from "#components/wizard/target-choices.ts";
import { emptyTarget, TargetDraft } from "#components/wizard/target-draft.ts";
import { useDraft } from "#components/wizard/use-draft.ts";
import { defaultScope } from "#lib/domain/build-plan-scope.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { DeploymentView, IncidentView, PinView, RollbackView } from "#lib/domain/view.ts";

type TargetSource = {
  incident: IncidentView;
  playbook: Playbook;
  targets: readonly RegisteredTarget[];
  deployments: readonly DeploymentView[];
  pins: readonly PinView[];
  rollback: RollbackView | null;
};

/** What is to be gone back to as it stands: what was chosen, else what the draft that is planned anew has, else what is offered. */
export function useTarget({ incident, playbook, targets, deployments, pins, rollback }: TargetSource) {
  const name = rollback ? `edit:${rollback.number}` : `target:${incident.number}`;
  const { draft, change, forget } = useDraft(name, TargetDraft, emptyTarget);
  const ladder = useMemo(() => ladderOf(deployments, pins), [deployments, pins]);
  const registered = useMemo(() => [...new Set(targets.map((target) => target.component))], [targets]);
  const decision = useMemo(() => recordedDecision(incident.decision), [incident.decision]);
  const offered = useMemo(() => decision?.procedures.map((one) => one.id) ?? [], [decision]);
  const procedures = useMemo(
    () => proceduresFor(playbook, offered, registered),
    [playbook, offered, registered],
  );
  const reaches = useMemo(() => reachesFor(playbook, registered), [playbook, registered]);
  const strategy = draft.strategy ?? rollback?.strategy ?? ladder.running?.strategy ?? "as deployed";
  const chosenId = draft.procedure ?? rollback?.procedure ?? byStrategy(playbook, strategy, offered);
  const procedure =
    procedures.find((one) => one.procedure.id === chosenId)?.procedure ?? procedures[0]?.procedure ?? null;
  const scope = procedure
    ? (draft.scope ?? rollback?.scope ?? defaultScope(procedure, registered)).filter(
        (component) => procedure.components.includes(component) && registered.includes(component),
      )
    : [];
  const version = draft.version ?? rollback?.to ?? ladder.default;
  const target = ladder.targets.find((one) => one.version === version) ?? null;
  const reason = draft.reason ?? rollback?.reason ?? suggestedReason(decision);
  const companions = draft.companions ?? companionsOf(rollback);
  return {
    ...{ draft, change, forget, ladder, decision, procedures, procedure, reaches },
    ...{ scope, strategy, target, reason, companions },
  };
}

const alone: Companions = {};

function companionsOf(rollback: RollbackView | null): Companions {
  const members = rollback?.plan?.members;
  return members ? Object.fromEntries(members.map(({ service, to }) => [service, to])) : alone;
}
