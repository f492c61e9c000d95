"use client";

import { useEffect, useMemo, useRef, type ReactNode } from "react";
import { Page } from "#components/shell/page.tsx";
import { useShortcuts } from "#components/shell/shortcuts.tsx";
import { SeverityBadge } from "#components/ui/severity-badge.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { StepTrail } from "#components/ui/step-trail.tsx";
import { stepHref, trailOf, type WizardProgress, type WizardStep } from "#components/wizard/trail.ts";
import type { IncidentSummary } from "#lib/domain/view.ts";

type WizardPageProps = {
  step: WizardStep;
  progress: WizardProgress;
  /** Absent before it is declared. */
  incident?: IncidentSummary;
  environment?: { name: string; isProtected: boolean };
  aside?: ReactNode;
  width?: "full" | "reading";
  actions: ReactNode;
  actionsNote?: ReactNode;
  /** The primary action, for Enter outside of fields and Ctrl/⌘-Enter anywhere. */
  onEnter: () => void;
  children: ReactNode;
};

/** A step of the wizard: the trail, the focus on what comes first, and the primary action under Enter. */
export function WizardPage(props: WizardPageProps) {
  const { step, progress, incident, environment, aside, width, actions, actionsNote, onEnter, children } =
    props;
  useFirstFocus(step);
  useEnter(onEnter);
  const here = stepHref(step, progress);
  useShortcuts(
    useMemo(
      () => [{ id: "wizard-here", label: "Roll back: stay at this step", keys: "r", href: here }],
      [here],
    ),
  );
  const where = incident
    ? { name: incident.environment, isProtected: incident.protected }
    : (environment ?? null);
  return (
    <Page
      what={incident ? `Roll back ${incident.serviceName}` : "Declare an incident"}
      {...(incident ? { up: { href: `/incidents/${incident.number}`, label: incident.number } } : {})}
      {...(where ? { environment: where } : {})}
      {...(incident
        ? {
            state: (
              <>
                <SeverityBadge severity={incident.severity} short />
                <StateBadge kind="incident" state={incident.state} />
              </>
            ),
          }
        : {})}
      {...(aside === undefined ? {} : { aside })}
      width={width ?? "full"}
      actions={actions}
      {...(actionsNote === undefined ? {} : { actionsNote })}
    >
      <StepTrail label="Steps of the rollback" steps={trailOf(step, progress)} />
      {children}
    </Page>
  );
}

/** What comes first in a step carries `data-first`; a phone's keyboard does not rise by itself. */
function useFirstFocus(step: WizardStep): void {
  useEffect(() => {
    const first = document.querySelector<HTMLElement>("[data-first], [data-first-row] [role=checkbox]");
    const isTouch = window.matchMedia("(pointer: coarse)").matches;
    const target = first === null || isTouch ? document.getElementById("content") : first;
    target?.focus({ preventScroll: true });
    if (target instanceof HTMLInputElement && target.type === "text") target.select();
  }, [step]);
}

function useEnter(onEnter: () => void): void {
  const latest = useRef(onEnter);
  useEffect(() => {
    latest.current = onEnter;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.isComposing || event.repeat) return;
      if (document.querySelector("[role=dialog],[role=menu]")) return;
      // A tick or a choice prevents what Enter would do to it by default, and has no other use for it.
      const isFromAnywhere = (event.ctrlKey || event.metaKey) && !event.defaultPrevented;
      if (!isFromAnywhere && !restsOn(event.target)) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** Where Enter means nothing of its own. */
function restsOn(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target === document.body || target.id === "content" || target.matches("[role=checkbox],[role=radio]"))
  );
}
