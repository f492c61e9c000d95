"use client";

import { Plus } from "lucide-react";
import Link from "next/link";
import { ApprovalRow } from "#components/approval/approval-row.tsx";
import { openWorkPaths, worldOf, type OpenWork } from "#components/console/open-work.ts";
import { SteadyList } from "#components/console/steady-list.tsx";
import { usePolled } from "#components/console/use-polled.ts";
import { FailingRows, type FailingPlace } from "#components/home/failing-rows.tsx";
import { IncidentRow } from "#components/home/incident-row.tsx";
import { NoWorker } from "#components/home/no-worker.tsx";
import { ReadinessTable, type Place } from "#components/home/readiness-table.tsx";
import { ReviewRows, type ReviewDebt } from "#components/home/review-rows.tsx";
import { RollbackRow } from "#components/home/rollback-row.tsx";
import { WorldLine } from "#components/home/world-line.tsx";
import { Page } from "#components/shell/page.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { Section } from "#components/ui/section.tsx";
import type { IncidentSummary, RollbackSummary } from "#lib/domain/view.ts";

type HomeScreenProps = {
  work: OpenWork;
  failing: readonly FailingPlace[];
  reviews: readonly ReviewDebt[];
  readiness: readonly Place[];
};

/** How many environments that could not be rolled back stand on home; the rest are in the catalogue. */
const shownDebts = 12;

const urgentFirst = [
  "needs_manual",
  "paused",
  "running",
  "verifying",
  "approved",
  "awaiting_approval",
  "monitoring",
];
const byUrgency = (a: RollbackSummary, b: RollbackSummary) =>
  urgency(a) - urgency(b) || b.createdAt.localeCompare(a.createdAt);
const urgency = (one: RollbackSummary) => {
  const at = urgentFirst.indexOf(one.state);
  return at < 0 ? urgentFirst.length : at;
};

const severityFirst = (a: IncidentSummary, b: IncidentSummary) =>
  a.severity.localeCompare(b.severity) || a.detectedAt.localeCompare(b.detectedAt);

/** What is going on first, then what waits for me, then what I owe, then whether we could roll back. */
export function HomeScreen({ work: first, failing: failingFirst, reviews, readiness }: HomeScreenProps) {
  const incidents = usePolled(openWorkPaths.incidents, first.incidents).data.items;
  const rollbacks = usePolled(openWorkPaths.rollbacks, first.rollbacks).data.items;
  const approvals = usePolled(openWorkPaths.approvals, first.approvals).data.items;
  const measured = usePolled<{ items: readonly FailingPlace[] }>("/signals/failing", { items: failingFirst });
  const failing = measured.data.items.filter(
    (place) =>
      !incidents.some((one) => one.service === place.service && one.environment === place.environment),
  );
  const world = worldOf({
    incidents: { items: incidents, next: null },
    rollbacks: { items: rollbacks, next: null },
    approvals: { items: approvals, next: null },
  });
  const isUndeclared = failing.length > 0 && incidents.length === 0;
  const mine = approvals.filter((item) => item.mine);
  const debts = readiness.filter(
    (place) => place.ready !== true && (place.protected || place.current !== null),
  );
  const hasNoWorker = readiness.some((place) => place.lacks === "worker");
  const isReady = readiness.filter((place) => place.ready === true).length;
  const drillsDue = new Set(readiness.filter((place) => place.drill?.isDue).map((place) => place.service))
    .size;
  return (
    <Page
      what="Home"
      actions={
        <LinkButton look="primary" href="/declare" icon={<Plus aria-hidden />}>
          Declare an incident
        </LinkButton>
      }
    >
      <WorldLine
        {...(isUndeclared && world.tone === "neutral"
          ? { ...world, tone: "danger", word: failingWord(failing) }
          : world)}
      >
        {worldNote(incidents.length, mine.length, world.word, isUndeclared, failing)}
      </WorldLine>
      {failing.length > 0 && (
        <Section title="Failing now" aside={<span className="text-12">measured, and not declared</span>}>
          <FailingRows places={failing} />
        </Section>
      )}
      {incidents.length > 0 && (
        <Section title="Open incidents">
          <SteadyList items={incidents} sort={severityFirst} label="Open incidents" keyOf={(one) => one.id}>
            {(incident, isGone) => (
              <IncidentRow
                key={incident.id}
                incident={incident}
                rollback={rollbacks.find((one) => one.incident === incident.id) ?? null}
                isGone={isGone}
              />
            )}
          </SteadyList>
        </Section>
      )}
      {mine.length > 0 && (
        <Section title="Needs your approval">
          <SteadyList items={mine} label="Needs your approval" keyOf={(one) => one.id}>
            {(item, isGone) => <ApprovalRow key={item.id} item={item} isGone={isGone} />}
          </SteadyList>
        </Section>
      )}
      {reviews.length > 0 && (
        <Section title="Owed after emergencies">
          <ReviewRows reviews={reviews} />
        </Section>
      )}
      {rollbacks.length > 0 && (
        <Section title="Rollbacks under way">
          <SteadyList items={rollbacks} sort={byUrgency} label="Rollbacks under way" keyOf={(one) => one.id}>
            {(rollback, isGone) => <RollbackRow key={rollback.id} rollback={rollback} isGone={isGone} />}
          </SteadyList>
        </Section>
      )}
      <Section
        title="Could we roll back right now?"
        aside={
          readiness.length > 0 && (
            <span>
              <span className="figures text-primary">
                {isReady} of {readiness.length}
              </span>{" "}
              ready
              {drillsDue > 0 && `, ${drillsDue} ${drillsDue === 1 ? "drill" : "drills"} due`}
            </span>
          )
        }
      >
        <div className="grid gap-4">
          {hasNoWorker && <NoWorker />}
          {readiness.length > 0 && debts.length === 0 ? (
            <p className="text-16 text-secondary">Yes, everywhere that something runs.</p>
          ) : (
            <ReadinessTable places={debts.slice(0, shownDebts)} />
          )}
          {readiness.length > 0 && (
            <p>
              <Link href="/services" className="link">
                {debts.length > shownDebts
                  ? `${debts.length - shownDebts} more, and all services`
                  : "All services"}
              </Link>
            </p>
          )}
        </div>
      </Section>
    </Page>
  );
}

function failingWord(failing: readonly FailingPlace[]): string {
  const [first] = failing;
  if (failing.length > 1 || !first) return `${failing.length} environments are failing`;
  return `${first.serviceName} is failing in ${first.environment}`;
}

function worldNote(
  incidents: number,
  mine: number,
  word: string,
  isUndeclared: boolean,
  failing: readonly FailingPlace[],
): string {
  const counted = incidents === 1 ? "1 incident is open" : `${incidents} incidents are open`;
  return [
    isUndeclared
      ? "No incident is open for it. Declare it: the playbook says whether to roll back, and why."
      : "",
    incidents === 0 && !isUndeclared
      ? "Seen something? Declare it: the playbook says whether to roll back, and why."
      : "",
    incidents > 0 && counted !== word ? `${counted}.` : "",
    incidents > 0 && failing.length > 0 ? `${failingWord(failing)}, and nobody has declared it.` : "",
    mine === 1 ? "1 plan waits for your approval." : mine > 1 ? `${mine} plans wait for your approval.` : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}
