"use client";

import { useRouter } from "next/navigation";
import { useCallback, useState, useTransition } from "react";
import type { Act } from "#components/action/answer.ts";
import { useAct } from "#components/action/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { Section } from "#components/ui/section.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { MeasuredFacts } from "#components/wizard/answers.ts";
import { EarlierNotice, OpenIncidents } from "#components/wizard/earlier-notice.tsx";
import { showQuestion } from "#components/wizard/show-question.ts";
import { PlaceChoice, placeKey, type Place } from "#components/wizard/place-choice.tsx";
import { QuestionList } from "#components/wizard/question-list.tsx";
import { ProblemInView } from "#components/wizard/problem-in-view.tsx";
import { VerdictPanel } from "#components/wizard/verdict-panel.tsx";
import { VerdictLine } from "#components/wizard/verdict-line.tsx";
import { useSituation } from "#components/wizard/use-situation.ts";
import { WhatAndWhen } from "#components/wizard/what-and-when.tsx";
import { WizardPage } from "#components/wizard/wizard-page.tsx";
import type { DeclareIncident, Facts, Severity, Verdict } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { IncidentView } from "#lib/domain/view.ts";

type Decided = { facts: Facts; override?: Verdict; severity?: Severity; reason?: string };
type DeclareInput = { incident: Omit<DeclareIncident, "facts">; decision: Decided };
type DecideInput = Decided & { id: string };

type SituationScreenProps = {
  places: readonly Place[];
  place: Place;
  playbook: Playbook;
  measured: MeasuredFacts;
  openedAt: string;
  /** What the title might be. */
  suggestion: string;
  /** Incidents that are open at this place. */
  open: readonly { number: string; title: string }[];
  /** Set where an incident that is already declared is decided again. */
  incident: IncidentView | null;
  declare: Act<DeclareInput, { number: string }>;
  decide: Act<DecideInput>;
};

/** Step 1: what is happening, where, and what the playbook says about it. */
export function SituationScreen(props: SituationScreenProps) {
  const { places, place, playbook, incident, suggestion, open, declare, decide } = props;
  const router = useRouter();
  const [isMoving, startMoving] = useTransition();
  const [isLeaving, startLeaving] = useTransition();
  const [wasTried, setWasTried] = useState(false);
  const situation = useSituation({
    draftName: incident ? `decide:${incident.number}` : `declare:${placeKey(place)}`,
    service: place.service,
    environment: { name: place.environment, protected: place.protected },
    playbook,
    measured: props.measured,
    openedAt: props.openedAt,
    recorded: incident && { facts: incident.facts, detectedAt: incident.detectedAt },
  });
  const { draft, declared, decision, detectedAt, edit, change, forget, now } = situation;
  const send = useCallback(
    async ({ key, input }: { key: string; input: string }) => {
      if (incident) return decide(JSON.parse(input) as DecideInput, key);
      return declare(JSON.parse(input) as DeclareInput, key);
    },
    [incident, declare, decide],
  );
  const act = useAct(send);
  const title = incident?.title ?? draft.title ?? suggestion;
  const verdict = draft.override ?? decision.verdict;
  const isOtherwise = draft.override !== null || draft.severity !== null;
  const errors = {
    title: title.trim() === "" ? "Say in a few words what is wrong." : null,
    detectedAt: Date.parse(detectedAt) > now + 60_000 ? "This lies in the future." : null,
    reason: isOtherwise && draft.overrideReason.trim() === "" ? "Say why." : null,
  };
  const leadsToRollback = verdict === "rollback" || verdict === "evaluate";

  async function submit(): Promise<void> {
    if (act.isBusy || isLeaving) return;
    if (declared !== null) {
      router.push(`/declare/${declared}`);
      return;
    }
    setWasTried(true);
    if (errors.title ?? errors.detectedAt ?? errors.reason ?? situation.fault) {
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>("#content [aria-invalid=true]")?.focus(),
      );
      return;
    }
    const decided: Decided = {
      facts: situation.facts,
      ...(draft.override === null ? {} : { override: draft.override }),
      ...(draft.severity === null ? {} : { severity: draft.severity }),
      ...(isOtherwise ? { reason: draft.overrideReason.trim() } : {}),
    };
    const input: DeclareInput | DecideInput = incident
      ? { id: incident.id, ...decided }
      : {
          incident: {
            title: title.trim(),
            service: place.service,
            environment: place.environment,
            detectedAt: new Date(Math.min(Date.parse(detectedAt), now)).toISOString(),
          },
          decision: decided,
        };
    // What was sent and not answered is sent again as it was, so that it is done once.
    const key = draft.sent?.key ?? crypto.randomUUID();
    const text = draft.sent?.input ?? JSON.stringify(input);
    change({ sent: { key, input: text }, openedAt: draft.openedAt ?? props.openedAt });
    const answer = await act.run({ key, input: text });
    if (!answer.ok) {
      const { code } = answer.problem;
      if (code !== "UNREACHABLE" && code !== "UNAUTHENTICATED") change({ sent: null });
      return;
    }
    const number = incident?.number ?? (answer.result as { number: string }).number;
    if (incident) forget();
    else change({ sent: null, declared: { number, at: new Date().toISOString() } });
    startLeaving(() => router.push(leadsToRollback ? `/declare/${number}/target` : `/incidents/${number}`));
  }

  const busy = act.isBusy ? (incident ? "Deciding" : "Declaring") : isLeaving && "Opening";
  return (
    <WizardPage
      step="situation"
      progress={{ incident: incident?.number ?? null, rollback: null, isPrepared: false }}
      {...(incident
        ? { incident }
        : { environment: { name: place.environment, isProtected: place.protected } })}
      onEnter={() => void submit()}
      aside={
        <VerdictPanel
          playbook={playbook}
          decision={decision}
          severityByRules={situation.severityByRules}
          facts={situation.facts}
          overriding={{
            isOpen: draft.isOverriding,
            verdict: draft.override,
            severity: draft.severity,
            reason: draft.overrideReason,
            error: wasTried ? errors.reason : null,
            onChange: edit,
          }}
          onAsk={(definition) => showQuestion(definition.id)}
        />
      }
      actionsNote={
        <VerdictLine verdict={verdict} deadline={decision.deadline} leadsToRollback={leadsToRollback} />
      }
      actions={
        declared === null ? (
          <Button
            type="submit"
            form="situation"
            look="primary"
            busy={busy}
            unavailable={!place.mayDeclare && "Declaring needs the role operator here"}
          >
            {incident ? "Decide and go on" : "Declare incident"}
          </Button>
        ) : (
          <LinkButton look="primary" href={`/declare/${declared}`}>
            Go on with {declared}
          </LinkButton>
        )
      }
    >
      {act.problem && <ProblemInView problem={act.problem} />}
      <EarlierNotice
        declared={declared}
        openedAt={situation.isTyped && !incident ? draft.openedAt : null}
        now={now}
        onForget={() => {
          forget();
          act.clear();
          setWasTried(false);
        }}
      />
      <form
        id="situation"
        noValidate
        className="grid grid-cols-1 gap-8"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {!incident && (
          <Section title="Where" aside={<span className="text-12">What fails now stands first</span>}>
            <PlaceChoice
              places={places}
              chosen={place}
              onChoose={({ service, environment }) => {
                const query = new URLSearchParams({ service, environment });
                startMoving(() => router.replace(`/declare?${query.toString()}`, { scroll: false }));
              }}
            />
            <OpenIncidents open={declared === null ? open : []} />
          </Section>
        )}
        {isMoving ? (
          <Skeleton what="what is measured there" rows={6} />
        ) : (
          <>
            {!incident && (
              <WhatAndWhen
                service={place.serviceName}
                title={title}
                detectedAt={detectedAt}
                isPublic={place.protected}
                errors={wasTried ? errors : { title: null, detectedAt: errors.detectedAt }}
                now={now}
                onTitle={(text) => edit({ title: text })}
                onDetected={(at) => edit({ detectedAt: new Date(at).toISOString() })}
              />
            )}
            <Section
              title="What the playbook asks"
              aside={
                <span className="text-12">
                  {situation.isMeasuring ? playbook.title : "Not measured anew: no answer from Lastgood"}
                </span>
              }
            >
              <QuestionList
                playbook={playbook}
                questions={situation.questions}
                decision={decision}
                onAnswer={situation.answer}
                onAnswerAll={situation.answerAll}
              />
            </Section>
          </>
        )}
      </form>
    </WizardPage>
  );
}
