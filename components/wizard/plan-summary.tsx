"use client";

import { ArrowRight, TriangleAlert } from "lucide-react";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { ExactTime } from "#components/ui/exact-time.tsx";
import { formatLimit } from "#components/ui/format-time.ts";
import { KeyValues, type KeyValue } from "#components/ui/key-values.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Section } from "#components/ui/section.tsx";
import { approvalWords } from "#components/wizard/approval-words.ts";
import { componentTitle } from "#lib/domain/build-plan-scope.ts";
import { planSteps, pointOfNoReturn, type Plan } from "#lib/domain/plan.ts";
import type { RollbackView } from "#lib/domain/view.ts";

/** The plan in figures: how long, at what price, who has to agree, and its hash. */
export function PlanSummary({ rollback, plan }: { rollback: RollbackView; plan: Plan }) {
  return (
    <>
      <Section title="In short">
        <p className="flex flex-wrap items-center gap-x-2 pb-2 text-20">
          <span className="figures">{plan.from ?? "not known"}</span>
          <ArrowRight aria-label="back to" className="size-4 text-faint" />
          <span className="figures font-strong">{plan.to}</span>
        </p>
        <KeyValues items={itemsOf(rollback, plan)} />
      </Section>
      <Section title="What is signed">
        <p className="flex items-center gap-1">
          <Code>{plan.hash.slice(0, 12)}</Code>
          <CopyButton text={plan.hash} what="plan hash" showWord />
        </p>
        <p className="pt-1 text-12 text-faint">
          SHA-256 of all that will be done. Approvers sign exactly this; one byte more or less is another
          plan.
        </p>
        <p className="pt-3">
          <a href={`/api/v1/rollbacks/${rollback.number}/runbook.md`} className="link" download>
            Runbook with the exact commands
          </a>
          <span className="text-12 text-faint"> (Markdown)</span>
        </p>
      </Section>
    </>
  );
}

function itemsOf(rollback: RollbackView, plan: Plan): KeyValue[] {
  const { estimate, limits } = plan;
  const steps = planSteps(plan);
  const last = pointOfNoReturn(plan);
  return [
    {
      key: "Takes about",
      value: minutes(estimate.minutes),
      hint: `${steps.filter((step) => step.mutating).length} of ${steps.length} steps change something. By ${estimate.basis}.`,
    },
    {
      key: "Downtime",
      value: estimate.downtimeMinutes === 0 ? "None" : `About ${minutes(estimate.downtimeMinutes)}`,
    },
    {
      key: "Limits",
      value: `${formatLimit(limits.rollbackSeconds)} to roll back, ${formatLimit(limits.healthSeconds)} to be healthy`,
      hint: "It stops and calls a person when they are over.",
    },
    { key: "Risk", value: plan.risk.charAt(0).toUpperCase() + plan.risk.slice(1) },
    {
      key: "No return",
      value: last === null ? "Every step can be undone" : `From step ${stepNumber(steps, last)} on`,
    },
    {
      key: "Data",
      value: plan.dataLoss === null ? "Nothing is lost" : `${minutes(plan.dataLoss.minutes)} of data is lost`,
    },
    { key: "Scope", value: plan.scope.map((component) => componentTitle[component]).join(", ") },
    {
      key: "Approval",
      value: plan.emergency
        ? "Skipped: emergency"
        : approvalWords(rollback.approvals.required, rollback.approvals.roles, rollback.approvals.onCall),
    },
    { key: "Reason", value: rollback.reason },
  ];
}

function stepNumber(steps: readonly { key: string }[], key: string): number {
  return steps.findIndex((step) => step.key === key) + 1;
}

function minutes(value: number): string {
  return value < 1 ? `${Math.round(value * 60)} s` : `${value} min`;
}

/** The plan in one breath, above the steps: on a phone the figures stand far below. */
export function PlanLead({ plan }: { plan: Plan }) {
  const steps = planSteps(plan);
  const changing = steps.filter((step) => step.mutating).length;
  const { minutes: about, downtimeMinutes } = plan.estimate;
  return (
    <p className="max-w-3xl text-20 text-balance">
      {steps.length} steps, {changing} of them change something: about {minutes(about)},{" "}
      {downtimeMinutes === 0 ? "no downtime" : `${minutes(downtimeMinutes)} down`}, {plan.risk} risk.{" "}
      {pointOfNoReturn(plan) === null ? "Every step can be undone." : "Not every step can be undone."}
    </p>
  );
}

/** Said before anything else where it applies: what cannot be brought back, and what nobody else will look at. */
export function PlanWarnings({ plan }: { plan: Plan }) {
  return (
    <>
      {plan.dataLoss && (
        <Notice tone="danger" title={`Data of ${minutes(plan.dataLoss.minutes)} is lost for good`}>
          What was written between <ExactTime at={plan.dataLoss.from} form="date" /> and{" "}
          <ExactTime at={plan.dataLoss.to} form="date" /> will not be there afterwards. Whoever executes types{" "}
          <Code>{plan.dataLoss.phrase}</Code>.
        </Notice>
      )}
      {plan.emergency && (
        <Notice tone="danger" title="Emergency: nobody approves this plan">
          <span className="inline-flex items-center gap-1.5">
            <TriangleAlert aria-hidden className="size-4" /> Read it twice. Everyone who would have approved
            is told.
          </span>
        </Notice>
      )}
    </>
  );
}
