import { capacityWords, deciderWords } from "#lib/domain/approval-words.ts";
import { componentTitle } from "#lib/domain/build-plan-scope.ts";
import { pointOfNoReturn, type Plan, type PlanStep } from "#lib/domain/plan.ts";
import { procedureOf, type Playbook } from "#lib/domain/playbook.ts";
import { document, fence, indent, inline, spoken, stamp } from "#lib/domain/report-markdown.ts";
import { isSettled, type RollbackState } from "#lib/domain/rollback.ts";
import type { ApprovalsView, ChecklistItemView, PersonRef, StepView } from "#lib/domain/view.ts";

/** What a runbook is made of: the view of a rollback has all of it. */
export type RunbookInput = {
  number: string;
  state: RollbackState;
  service: string;
  serviceName: string;
  environment: string;
  protected: boolean;
  from: string | null;
  to: string;
  reason: string;
  initiator: PersonRef;
  driver: PersonRef | null;
  emergency: { criterion: string } | null;
  drill: boolean;
  plan: Plan | null;
  steps: readonly Pick<
    StepView,
    "key" | "state" | "attempts" | "endedAt" | "heldAt" | "releasedAt" | "releasedBy"
  >[];
  checklist: readonly Pick<ChecklistItemView, "title" | "required" | "state" | "advice">[];
  approvals: Pick<ApprovalsView, "required" | "roles" | "onCall" | "given" | "expiresAt">;
};

/**
 * The rollback as a page that a person can follow without Lastgood, before and while it runs: the exact commands, what
 * is ticked, the limits, and what is not taken back. `playbook` adds its remedies; `asOf` is RFC 3339.
 */
export function runbook(input: RunbookInput, playbook: Playbook | null, asOf: string): string {
  const { plan } = input;
  const title = `# Runbook ${input.number}: ${inline(input.serviceName)} in ${inline(input.environment)}, ${inline(input.from ?? "unknown version")} → ${inline(input.to)}`;
  if (!plan) {
    return document([
      title,
      heading(input, asOf),
      "There is no plan yet: the targets are still being asked.",
    ]);
  }
  return document([
    title,
    heading(input, asOf),
    summary(plan, playbook),
    together(plan),
    dataLoss(plan),
    notTakenBack(plan),
    notLooked(plan),
    approvals(input, plan),
    checklist(input),
    ...steps(input, plan),
    safeForms(plan, playbook),
    remedies(playbook),
  ]);
}

function heading(input: RunbookInput, asOf: string): string {
  return [
    `As of ${stamp(asOf)} the rollback is **${inline(input.state.replaceAll("_", " "))}**.`,
    "",
    `- Reason: ${inline(input.reason)}`,
    `- Started by: ${inline(input.initiator.name)} (${inline(input.initiator.email)})`,
    `- Driver: ${input.driver ? inline(input.driver.name) : "nobody yet"}`,
    `- Environment: ${inline(input.environment)}${input.protected ? ", protected" : ""}`,
    ...(input.emergency ? [`- Emergency, without approval: ${inline(input.emergency.criterion)}`] : []),
    ...(input.drill ? ["- This is a drill."] : []),
  ].join("\n");
}

function summary(plan: Plan, playbook: Playbook | null): string {
  const { estimate, limits } = plan;
  const procedure = playbook ? procedureOf(playbook, plan.procedure)?.title : undefined;
  const scope = plan.scope.map((component) => componentTitle[component]).join(", ");
  return [
    "## Plan",
    "",
    `- Procedure: ${inline(procedure ?? plan.procedure)} (playbook ${inline(plan.playbook.id)}, version ${plan.playbook.version})`,
    `- Takes back: ${scope}`,
    `- Risk: ${plan.risk}`,
    `- Expected: ${estimate.minutes} min, ${estimate.downtimeMinutes} min of downtime (${inline(estimate.basis)})`,
    `- Limits: ${spoken(limits.rollbackSeconds)} to roll back, ${spoken(limits.healthSeconds)} to be healthy. Past a limit: stop, and go on by hand.`,
    `- Watched afterwards for: ${plan.monitoringSeconds === 0 ? "nothing set" : spoken(plan.monitoringSeconds)}`,
    `- Plan hash: ${plan.hash}`,
  ].join("\n");
}

function together(plan: Plan): string {
  const { lanes = [], members = [] } = plan;
  if (lanes.length === 0) return "";
  const lines = lanes.map((service, at) => {
    const member = members.find((one) => one.service === service);
    const { from, to } = member ?? plan;
    const how = member
      ? `by ${inline(member.procedure)} of playbook ${inline(member.playbook.id)}, version ${member.playbook.version}. ${inline(member.because)}`
      : "the service that this rollback is about.";
    return `${at + 1}. **${inline(service)}**, ${inline(from ?? "unknown version")} → ${inline(to)}: ${how}`;
  });
  return ["## Services that move together, in this order", "", ...lines].join("\n");
}

function dataLoss(plan: Plan): string {
  if (!plan.dataLoss) return "";
  const { from, to, minutes, phrase } = plan.dataLoss;
  return [
    "## Data that will be lost",
    "",
    `Everything written between ${stamp(from)} and ${stamp(to)}: ${minutes} minutes. Whoever starts it types: ${inline(phrase)}`,
  ].join("\n");
}

function notTakenBack(plan: Plan): string {
  const lines = plan.notReverted.map(({ what, why }) => `- **${inline(what)}**: ${inline(why)}`);
  return ["## Not taken back", "", ...(lines.length > 0 ? lines : ["Nothing is known that stays."])].join(
    "\n",
  );
}

function notLooked({ notLookedAt = [] }: Plan): string {
  if (notLookedAt.length === 0) return "";
  return [
    "## Not looked at",
    "",
    ...notLookedAt.map(({ what, why }) => `- **${inline(what)}**: ${inline(why)}`),
  ].join("\n");
}

function approvals(input: RunbookInput, plan: Plan): string {
  const { required, given, expiresAt } = input.approvals;
  const names = inline(deciderWords(input.approvals).toLowerCase());
  const need =
    required === 0
      ? "No approval is needed."
      : `${required} needed, by ${names}. The initiator does not count.`;
  const lines = given.map((one) => {
    const as = one.via.kind === "role" ? "" : `, ${inline(capacityWords(one))}`;
    const stale = one.planHash === plan.hash ? "" : ", for another plan";
    const voided = one.voidedAt ? `, void: ${inline(one.voidReason ?? "")}` : "";
    const comment = one.comment ? `: ${inline(one.comment)}` : "";
    return `- ${inline(one.by.name)} ${one.decision === "approve" ? "approved" : "rejected"} at ${stamp(one.at)}${as}${stale}${voided}${comment}`;
  });
  const until = expiresAt ? [`- Counts until ${stamp(expiresAt)}`] : [];
  return [
    "## Approvals",
    "",
    need,
    ...(lines.length + until.length > 0 ? ["", ...lines, ...until] : []),
  ].join("\n");
}

function checklist(input: RunbookInput): string {
  if (input.checklist.length === 0) return "";
  const lines = input.checklist.map((item) => {
    const isDone = item.state === "done" || item.state === "overridden";
    const note = item.state === "overridden" ? " (overridden)" : item.state === "failed" ? " (failed)" : "";
    const advice = isDone || !item.advice ? "" : `. ${inline(item.advice)}`;
    return `- ${tick(isDone)} ${inline(item.title)}${item.required ? "" : " (optional)"}${note}${advice}`;
  });
  return ["## Before it starts", "", ...lines].join("\n");
}

function steps(input: RunbookInput, plan: Plan): string[] {
  const noReturn = pointOfNoReturn(plan);
  const states = new Map(input.steps.map((step) => [step.key, step]));
  let number = 0;
  return plan.phases.flatMap((phase) => {
    if (phase.steps.length === 0) return [];
    return [
      `## ${inline(phase.title)}`,
      ...phase.steps.map((step) => {
        number += 1;
        const line =
          step.key === noReturn ? "**Point of no return: what follows cannot be undone.**\n\n" : "";
        const row = states.get(step.key);
        return holdText(step, row) + line + stepText(step, number, row);
      }),
    ];
  });
}

function holdText(step: PlanStep, row: RunbookInput["steps"][number] | undefined): string {
  if (step.hold === undefined) return "";
  const said = row?.releasedAt
    ? ` ${inline(row.releasedBy?.name ?? "Somebody")} said go at ${stamp(row.releasedAt)}.`
    : row?.heldAt
      ? ` It has waited since ${stamp(row.heldAt)}.`
      : "";
  return `**Waits here until somebody says go: ${inline(step.hold)}**${said}\n\n`;
}

function stepText(step: PlanStep, number: number, row: RunbookInput["steps"][number] | undefined): string {
  const state = row?.state ?? "pending";
  const ended = row?.endedAt ? ` at ${stamp(row.endedAt)}` : "";
  const said = state === "pending" ? "" : ` (${state.replaceAll("_", " ")}${ended})`;
  const nature = step.mutating ? `changes the target, ${step.reversibility}` : "looks only";
  return [
    `- ${tick(isSettled(state))} **${number}. ${inline(step.title)}**${said}`,
    `  ${inline(step.adapter)} ${inline(step.operation)}${step.component ? `, ${componentTitle[step.component]}` : ""}; ${nature}; at most ${spoken(step.limitSeconds)}; key ${inline(step.key)}`,
    "",
    indent(fence(step.command, "sh")),
    "",
    ...(step.release === undefined
      ? []
      : [
          `  If you stop after this step: ${inline(step.release.title)}.`,
          "",
          indent(fence(step.release.command, "sh")),
          "",
        ]),
    "  Wanted:",
    "",
    indent(fence(JSON.stringify(step.desired, null, 2), "json")),
  ].join("\n");
}

function safeForms(plan: Plan, playbook: Playbook | null): string {
  const forms = playbook ? (procedureOf(playbook, plan.procedure)?.safeForms ?? []) : [];
  if (forms.length === 0) return "";
  const lines = forms.map(
    (form) =>
      `- Written: ${inline(form.written)}. Done: ${inline(form.instead)} Why: ${inline(form.because)}`,
  );
  return ["## Done more safely than the document says", "", ...lines].join("\n");
}

function remedies(playbook: Playbook | null): string {
  const stop =
    "Stop at the first step that fails. Look at the target before anything is sent again: a step whose outcome is unknown may have worked.";
  const lines = (playbook?.remedies ?? []).map(
    (remedy) =>
      `- **${inline(remedy.title)}**: ${remedy.steps.map((step) => inline(step.text)).join(" Then: ")}`,
  );
  return ["## If it does not work", "", stop, ...(lines.length > 0 ? ["", ...lines] : [])].join("\n");
}

function tick(isDone: boolean): string {
  return isDone ? "[x]" : "[ ]";
}
