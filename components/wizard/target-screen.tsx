"use client";

import { useRouter } from "next/navigation";
import { useCallback, useState, useTransition } from "react";
import type { Act } from "#components/action/answer.ts";
import { useAct } from "#components/action/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Ladder } from "#components/ui/ladder.tsx";
import { Section } from "#components/ui/section.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { ConfirmIdentity } from "#components/wizard/confirm-identity.tsx";
import { Dependencies } from "#components/wizard/dependencies.tsx";
import { EmergencySection, type EmergencyChoice } from "#components/wizard/emergency-section.tsx";
import { LockedNotice } from "#components/wizard/locked-notice.tsx";
import { NoTarget } from "#components/wizard/no-target.tsx";
import { ProblemInView } from "#components/wizard/problem-in-view.tsx";
import { ProcedureChoice } from "#components/wizard/procedure-choice.tsx";
import { ReachChoice } from "#components/wizard/reach-choice.tsx";
import { leftBehind } from "#components/wizard/rungs.ts";
import { ScopeChoice, type RegisteredTarget } from "#components/wizard/scope-choice.tsx";
import { StrategyChoice } from "#components/wizard/strategy-choice.tsx";
import { scenariosFor } from "#components/wizard/target-choices.ts";
import type { TargetDraft } from "#components/wizard/target-draft.ts";
import { useTarget } from "#components/wizard/use-target.ts";
import { VerdictRemark } from "#components/wizard/verdict-remark.tsx";
import { WhatLiesBetween } from "#components/wizard/what-lies-between.tsx";
import { WizardPage } from "#components/wizard/wizard-page.tsx";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { RequestRollback } from "#lib/domain/rollback.ts";
import type { DeploymentView, IncidentView, PinView, RollbackView } from "#lib/domain/view.ts";

type Changes = {
  to: string;
  scope: RequestRollback["scope"];
  procedure: string;
  strategy: string;
  reason: string;
  members?: RequestRollback["members"];
};
type EditInput = { id: string; changes: Partial<Changes> };

type TargetScreenProps = {
  incident: IncidentView;
  serviceName: string;
  playbook: Playbook;
  targets: readonly RegisteredTarget[];
  deployments: readonly DeploymentView[];
  pins: readonly PinView[];
  /** A draft that is planned anew; null for the first plan. */
  rollback: RollbackView | null;
  /** Another rollback that holds the lock here. */
  lockedBy: { number: string; state: string } | null;
  mayRequest: boolean;
  emergency: EmergencyChoice | null;
  request: Act<RequestRollback, { id: string; number: string }>;
  edit: Act<EditInput, { id: string; number?: string }>;
};

/** Step 2: which version to go back to, what of it, and how. */
export function TargetScreen(props: TargetScreenProps) {
  const { incident, playbook, targets, deployments, rollback, lockedBy, request, edit } = props;
  const router = useRouter();
  const [isLeaving, startLeaving] = useTransition();
  const [wasTried, setWasTried] = useState(false);
  const [isConfirming, setIsConfirming] = useState(false);
  const { draft, change, forget, ladder, decision, procedures, procedure, reaches, ...chosen } =
    useTarget(props);
  const { scope, strategy, target, reason, companions } = chosen;
  const isEmergency = rollback === null && props.emergency !== null && draft.isEmergency;
  const errors = {
    target: target === null ? "Choose a known good version." : null,
    scope: scope.length === 0 ? "Nothing is in scope." : null,
    reason: reason.trim() === "" ? "Say why: approvers and the record read it." : null,
    criterion: isEmergency && draft.criterion === "" ? "Say which of these it is." : null,
  };
  const send = useCallback(
    ({ key, input }: { key: string; input: string }) =>
      rollback === null
        ? request(JSON.parse(input) as RequestRollback, key)
        : edit(JSON.parse(input) as EditInput, key),
    [rollback, request, edit],
  );
  const act = useAct(send);
  const write = useCallback(
    (changes: Partial<TargetDraft>) =>
      change({ sent: draft.sent && { ...draft.sent, input: null }, ...changes }),
    [change, draft.sent],
  );

  async function submit(): Promise<void> {
    if (act.isBusy || isLeaving) return;
    setWasTried(true);
    if (errors.target ?? errors.scope ?? errors.reason ?? errors.criterion) {
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>("#content [aria-invalid=true], #content [role=alert]")?.focus(),
      );
      return;
    }
    if (!target || !procedure) return;
    const members = Object.entries(companions).map(([service, to]) => ({ service, to }));
    const changes = {
      ...{ to: target.version, scope, procedure: procedure.id, strategy, reason: reason.trim() },
      ...(members.length > 0 || rollback ? { members } : {}),
    };
    const input: RequestRollback | EditInput = rollback
      ? { id: rollback.id, changes }
      : {
          ...changes,
          incident: incident.id,
          service: incident.service,
          environment: incident.environment,
          ...(isEmergency ? { emergency: { criterion: draft.criterion } } : {}),
        };
    const key = draft.sent?.key ?? crypto.randomUUID();
    const text = draft.sent?.input ?? JSON.stringify(input);
    change({ sent: { key, input: text } });
    const answer = await act.run({ key, input: text });
    if (!answer.ok) {
      const { code } = answer.problem;
      if (code !== "UNREACHABLE" && code !== "UNAUTHENTICATED") change({ sent: null });
      if (code === "REAUTHENTICATION_REQUIRED") setIsConfirming(true);
      return;
    }
    const number = rollback?.number ?? answer.result.number ?? answer.result.id;
    if (rollback) forget();
    else change({ sent: null });
    startLeaving(() => router.push(`/declare/${incident.number}/plan?rollback=${number}`));
  }

  const isLocked = lockedBy !== null || act.problem?.code === "LOCKED";
  const unavailable = !props.mayRequest
    ? "A rollback needs the role operator here"
    : lockedBy
      ? `${lockedBy.number} is active here`
      : ladder.targets.length === 0 && "No version here is known to be good";
  return (
    <WizardPage
      step="target"
      progress={{
        incident: incident.number,
        rollback: rollback?.number ?? null,
        isPrepared: rollback !== null && rollback.plan !== null,
      }}
      incident={incident}
      onEnter={() => void submit()}
      actionsNote={
        target && ladder.running ? (
          <span>
            {props.serviceName} from <span className="figures text-primary">{ladder.running.version}</span> to{" "}
            <span className="figures text-primary">{target.version}</span>
            <span className="max-md:hidden">. Nothing is touched yet: next is the plan.</span>
          </span>
        ) : (
          "Nothing is touched yet."
        )
      }
      actions={
        <Button
          type="submit"
          form="target"
          look="primary"
          busy={act.isBusy ? "Asking for it" : isLeaving && "Opening"}
          unavailable={unavailable}
        >
          {rollback ? "Make a new plan" : "Make the plan"}
        </Button>
      }
    >
      {isLocked && <LockedNotice problem={act.problem} lockedBy={lockedBy} />}
      {act.problem && !["LOCKED", "REAUTHENTICATION_REQUIRED"].includes(act.problem.code) && (
        <ProblemInView problem={act.problem} />
      )}
      <VerdictRemark decision={decision} incident={incident.number} />
      <form
        id="target"
        noValidate
        className="grid grid-cols-1 gap-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)] lg:gap-x-10 wide:grid-cols-[minmax(0,1fr)_minmax(0,30rem)]"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className="grid min-w-0 grid-cols-1 content-start gap-8">
          <Section
            title="Back to"
            aside={<span className="text-12">{incident.environment}, newest first</span>}
          >
            {ladder.targets.length === 0 && (
              <NoTarget service={incident.service} hasHistory={deployments.length > 0} />
            )}
            {ladder.rungs.length > 0 && (
              <Ladder
                rungs={ladder.rungs}
                targetId={target?.deployment.id ?? null}
                onTarget={(id) =>
                  write({ version: ladder.targets.find((one) => one.deployment.id === id)?.version ?? null })
                }
                label="Version to go back to"
                name="target"
              />
            )}
            {wasTried && ladder.targets.length > 0 && errors.target && (
              <p role="alert" className="pt-2 text-state-danger-text">
                {errors.target}
              </p>
            )}
          </Section>
          {target && (
            <WhatLiesBetween
              from={ladder.running}
              to={target.deployment}
              leftBehind={leftBehind(deployments, target.deployment)}
            />
          )}
        </div>
        <div className="grid min-w-0 grid-cols-1 content-start gap-8">
          <ReachChoice
            reaches={reaches}
            chosen={draft.reach}
            onChoose={(one) => write({ reach: one.rule.id, procedure: one.procedure.id, scope: one.scope })}
          />
          <ProcedureChoice
            procedures={procedures}
            chosen={procedure}
            onChoose={(id) => write({ procedure: id, scope: null, reach: null })}
            scenarios={scenariosFor(playbook, incident.facts)}
          />
          {procedure && (
            <ScopeChoice
              procedure={procedure}
              targets={targets}
              scope={scope}
              error={wasTried ? errors.scope : null}
              onChange={(next) => write({ scope: next, reach: null })}
            />
          )}
          <StrategyChoice
            playbook={playbook}
            strategy={strategy}
            deployed={ladder.running?.strategy ?? null}
            onChange={(next) => {
              const row = playbook.strategies.find((one) => one.deployedBy === next);
              write({
                strategy: next,
                ...(row ? { procedure: row.procedure, scope: null, reach: null } : {}),
              });
            }}
          />
          {target && (
            <Dependencies
              service={incident.service}
              environment={incident.environment}
              to={target.version}
              companions={companions}
              onChange={(next) => write({ companions: next })}
            />
          )}
          <Field
            label="Reason"
            hint="Approvers, the record and the report read it."
            error={wasTried ? errors.reason : null}
          >
            {(control) => (
              <Textarea
                {...control}
                name="reason"
                maxLength={2000}
                value={reason}
                onChange={(event) => write({ reason: event.target.value })}
              />
            )}
          </Field>
          {props.emergency && rollback === null && (
            <EmergencySection
              choice={props.emergency}
              isOn={draft.isEmergency}
              criterion={draft.criterion}
              error={wasTried ? errors.criterion : null}
              onChange={write}
            />
          )}
        </div>
      </form>
      <ConfirmIdentity
        open={isConfirming}
        onOpenChange={setIsConfirming}
        why="An emergency skips approval, so it has to be certain that it is you."
        onConfirmed={() => {
          setIsConfirming(false);
          void submit();
        }}
      />
    </WizardPage>
  );
}
