"use client";

import { readDecision } from "#components/incident/read-decision.ts";
import { Button } from "#components/ui/button.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { isActive } from "#lib/domain/rollback.ts";
import type { IncidentView } from "#lib/domain/view.ts";

export type IncidentAsked = "resolve" | "reopen" | "review" | "severity";

type IncidentBarProps = {
  incident: IncidentView;
  onAcknowledge: () => void;
  isAcknowledging: boolean;
  onAsk: (asked: IncidentAsked) => void;
};

/** What an incident can become next; the one primary action last. */
export function IncidentBar({ incident, onAcknowledge, isAcknowledging, onAsk }: IncidentBarProps) {
  const { state, number, rollbacks } = incident;
  const active = rollbacks.find((one) => isActive(one.state));
  const decision = readDecision(incident.decision);
  const verdict = decision?.override ?? decision?.verdict ?? null;
  const rollBack = (look: "primary" | "plain") => (
    <LinkButton look={look} href={`/declare/${number}/target`}>
      Roll back…
    </LinkButton>
  );
  const decide = (look: "primary" | "plain") => (
    <LinkButton look={look} href={`/declare?incident=${number}`}>
      {decision ? "Decide again" : "Decide"}
    </LinkButton>
  );
  const resolve = (look: "primary" | "plain") => (
    <Button look={look} onClick={() => onAsk("resolve")}>
      Resolve…
    </Button>
  );
  if (active) {
    return (
      <>
        {state === "monitoring" && resolve("plain")}
        <LinkButton look="primary" href={`/rollbacks/${active.number}`}>
          Go to {active.number}
        </LinkButton>
      </>
    );
  }
  switch (state) {
    case "detected":
      return (
        <>
          <Button busy={isAcknowledging && "Acknowledging"} onClick={onAcknowledge}>
            Acknowledge
          </Button>
          {decide("primary")}
        </>
      );
    case "acknowledged":
      return (
        <>
          {resolve("plain")}
          {decide("primary")}
        </>
      );
    case "deciding":
    case "rolling_back":
      return verdict === "rollback" ? (
        <>
          {resolve("plain")}
          {decide("plain")}
          {rollBack("primary")}
        </>
      ) : (
        <>
          {resolve("plain")}
          {rollBack("plain")}
          {decide("primary")}
        </>
      );
    case "monitoring":
      return (
        <>
          {rollBack("plain")}
          {resolve("primary")}
        </>
      );
    case "resolved":
      return (
        <>
          <Button look="quiet" onClick={() => onAsk("reopen")}>
            Reopen…
          </Button>
          <Button onClick={() => onAsk("review")}>Close the review…</Button>
          <LinkButton look="primary" href={`/incidents/${number}/post-mortem`}>
            Post-mortem draft
          </LinkButton>
        </>
      );
    case "reviewed":
      return (
        <LinkButton look="primary" href={`/incidents/${number}/post-mortem`}>
          Post-mortem
        </LinkButton>
      );
  }
}
