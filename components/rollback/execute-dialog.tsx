"use client";

import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import type { RollbackActs } from "#components/rollback/rollback-acts.ts";
import { Button } from "#components/ui/button.tsx";
import { DangerDialog } from "#components/ui/danger-dialog.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { formatLimit } from "#components/ui/format-time.ts";
import { planSteps, pointOfNoReturn, type Plan } from "#lib/domain/plan.ts";
import type { RollbackView } from "#lib/domain/view.ts";

type ExecuteDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  rollback: RollbackView;
  plan: Plan;
  execute: RollbackActs["execute"];
  onDone: () => void;
};

/** The last question before real systems change. Words are typed only where data are lost. */
export function ExecuteDialog({ open, onOpenChange, rollback, plan, execute, onDone }: ExecuteDialogProps) {
  const { run, isBusy, problem, clear } = useAct(execute);
  const phrase = plan.dataLoss?.phrase;
  const start = async () => {
    const answer = await run({
      id: rollback.id,
      planHash: plan.hash,
      ...(phrase === undefined ? {} : { confirmation: phrase }),
    });
    if (!answer.ok) return;
    onOpenChange(false);
    onDone();
  };
  const change = (next: boolean) => {
    clear();
    onOpenChange(next);
  };
  if (problem && rollback.state !== "approved") {
    return (
      <Dialog
        open={open}
        onOpenChange={change}
        title="Nothing was started"
        footer={<Button onClick={() => change(false)}>Close</Button>}
      >
        <ProblemNotice problem={problem} />
      </Dialog>
    );
  }
  return (
    <DangerDialog
      open={open}
      onOpenChange={change}
      verb="Execute: roll back"
      object={executeObject(rollback)}
      environment={{ name: rollback.environment, isProtected: rollback.protected }}
      consequences={consequencesOf(rollback, plan)}
      {...(phrase === undefined ? {} : { typed: phrase })}
      busy={isBusy && "Looking at the targets"}
      onConfirm={() => void start()}
    >
      {problem && <ProblemNotice problem={problem} />}
    </DangerDialog>
  );
}

export function executeObject(rollback: Pick<RollbackView, "serviceName" | "environment" | "to">): string {
  return `${rollback.serviceName} in ${rollback.environment} to ${rollback.to}`;
}

const limit = (seconds: number): string => formatLimit(seconds).replaceAll(" ", "\u00a0");

function consequencesOf(rollback: RollbackView, plan: Plan): string[] {
  const steps = planSteps(plan);
  const acting = steps.filter((step) => step.mutating).length;
  const { minutes, downtimeMinutes } = plan.estimate;
  return [
    "The targets are looked at once more. If anything differs from the signed plan, nothing is done.",
    `${steps.length} steps run, ${acting === 1 ? "one of them changes" : `${acting} of them change`} something; about ${minutes}\u00a0min, at most ${limit(plan.limits.rollbackSeconds)}, and ${limit(plan.limits.healthSeconds)} to be healthy.`,
    downtimeMinutes === 0 ? "No downtime is expected." : `About ${downtimeMinutes} min of downtime.`,
    ...(rollback.from === null ? [] : [`${rollback.from} is quarantined afterwards.`]),
    ...(plan.notReverted.length === 0
      ? []
      : [`Not reverted: ${plan.notReverted.map((one) => one.what).join("; ")}.`]),
    ...(pointOfNoReturn(plan) === null ? [] : ["There is a point of no return in it."]),
    ...(plan.dataLoss
      ? [`Everything written in ${plan.dataLoss.minutes} minutes before the backup's end is lost.`]
      : []),
  ];
}
