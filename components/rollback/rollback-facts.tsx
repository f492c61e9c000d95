"use client";

import Link from "next/link";
import { LongText } from "#components/approval/long-text.tsx";
import { VersionWay } from "#components/approval/version-way.tsx";
import { Code } from "#components/ui/code.tsx";
import { ExactTime } from "#components/ui/exact-time.tsx";
import { KeyValues, type KeyValue } from "#components/ui/key-values.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { formatLimit } from "#components/ui/format-time.ts";
import { componentTitle } from "#lib/domain/build-plan-scope.ts";
import type { RollbackView } from "#lib/domain/view.ts";

/** The facts at the side: what, why, who, and the papers to take along. */
export function RollbackFacts({ rollback }: { rollback: RollbackView }) {
  const { number, plan, startedAt } = rollback;
  return (
    <>
      <Section title="Facts">
        <KeyValues items={factsOf(rollback)} />
      </Section>
      <Section title="Why">
        <LongText text={rollback.reason} />
        <p className="pt-1 text-secondary">
          {rollback.initiator.name}, <RelativeTime at={rollback.createdAt} />
        </p>
      </Section>
      <Section title="Take along">
        <ul className="grid gap-1">
          <li>
            <Link href={`/rollbacks/${number}/runbook`} className="link">
              Runbook
            </Link>
            <span className="text-secondary"> with every command, to go on by hand</span>
          </li>
          <li>
            <a
              href={`/api/v1/rollbacks/${number}/runbook.md`}
              download={`${number}-runbook.md`}
              className="link"
            >
              Download {number}-runbook.md
            </a>
          </li>
          {startedAt && (
            <li>
              <Link href={`/rollbacks/${number}/report`} className="link">
                Rollback report
              </Link>
            </li>
          )}
        </ul>
        {plan === null && <p className="pt-2 text-secondary">There is no plan in it yet.</p>}
      </Section>
    </>
  );
}

function factsOf(rollback: RollbackView): KeyValue[] {
  const { plan, driver, incidentNumber } = rollback;
  return [
    { key: "Versions", value: <VersionWay from={rollback.from} to={rollback.to} /> },
    {
      key: "Service",
      value: (
        <Link href={`/services/${rollback.service}`} className="link">
          {rollback.serviceName}
        </Link>
      ),
      hint: rollback.environment,
    },
    {
      key: "Incident",
      value: incidentNumber ? (
        <Link href={`/incidents/${incidentNumber}`} className="link">
          {incidentNumber}
        </Link>
      ) : (
        "None"
      ),
    },
    { key: "Drives", value: driver?.name ?? "Nobody yet" },
    { key: "Puts back", value: rollback.scope.map((one) => componentTitle[one]).join(", ") },
    {
      key: "Procedure",
      value: rollback.procedure,
      hint: `${rollback.strategy}, ${rollback.playbook.id} version ${rollback.playbook.version}`,
    },
    ...(plan
      ? [
          {
            key: "Limits",
            value: (
              <span className="figures">
                {formatLimit(plan.limits.rollbackSeconds)} + {formatLimit(plan.limits.healthSeconds)}
              </span>
            ),
            hint: "to roll back, and to be healthy",
          },
          {
            key: "Plan hash",
            value: <Code short>{plan.hash}</Code>,
          },
        ]
      : []),
    ...(rollback.startedAt ? [{ key: "Started", value: <ExactTime at={rollback.startedAt} /> }] : []),
    ...(rollback.endedAt ? [{ key: "Ended", value: <ExactTime at={rollback.endedAt} /> }] : []),
    ...rollback.debts.map((debt) => ({
      key: debt.kind === "review" ? "Review" : "Documentation",
      value: (
        <>
          {debt.doneAt ? "Done " : "Due "}
          <RelativeTime at={debt.doneAt ?? debt.dueAt} />
        </>
      ),
      hint: `of the emergency, ${debt.doneBy?.name ?? debt.owedBy.name}`,
    })),
  ];
}
