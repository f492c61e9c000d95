"use client";

import { useCallback, useMemo } from "react";
import { usePolled } from "#components/console/use-polled.ts";
import { useNow } from "#components/ui/clock-provider.tsx";
import { answersOf, knownOf, questionsOf, type MeasuredFacts } from "#components/wizard/answers.ts";
import { factText } from "#components/wizard/fact-text.ts";
import { declaredFrom, emptySituation, SituationDraft } from "#components/wizard/situation-draft.ts";
import { useDraft } from "#components/wizard/use-draft.ts";
import { decide } from "#lib/domain/decision.ts";
import { historyFor } from "#lib/domain/facts-from-signals.ts";
import type { Facts } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

type SituationSource = {
  draftName: string;
  service: string;
  environment: { name: string; protected: boolean };
  playbook: Playbook;
  measured: MeasuredFacts;
  /** The server's clock when the page was made, RFC 3339. */
  openedAt: string;
  /** What was recorded when it was declared; null before. */
  recorded: { facts: Facts; detectedAt: string } | null;
};

const everySeconds = 3;
const noFacts: Facts = {};

/** The situation as it stands: what is typed, what is measured, and what the playbook makes of both, right now. */
export function useSituation(source: SituationSource) {
  const { draftName, service, environment, playbook, openedAt, recorded } = source;
  const clock = useNow();
  const now = clock ?? Date.parse(openedAt);
  const { draft: kept, change, forget } = useDraft(draftName, SituationDraft, emptySituation);
  const declared = declaredFrom(kept, now);
  const draft = kept.declared !== null && declared === null ? emptySituation : kept;
  const path = `/services/${service}/facts?environment=${environment.name}`;
  const { data: measured, error } = usePolled<MeasuredFacts>(path, source.measured, everySeconds);
  const recordedFacts = recorded?.facts ?? noFacts;
  const typed = useMemo(
    () => ({ ...textsOf(playbook, recordedFacts), ...draft.answers }),
    [playbook, recordedFacts, draft.answers],
  );
  const answers = answersOf(playbook.facts, typed, measured, now);
  const facts = knownOf(answers);
  const detectedAt = recorded?.detectedAt ?? draft.detectedAt ?? draft.openedAt ?? openedAt;
  const sustainedFor = historyFor(playbook, facts, measured);
  const asked = { now: new Date(now), detectedAt: new Date(detectedAt), environment, sustainedFor };
  const byRules = decide(playbook, facts, asked);
  const decision =
    draft.severity === null ? byRules : decide(playbook, facts, { ...asked, severity: draft.severity });
  const edit = useCallback(
    (changes: Partial<SituationDraft>) =>
      change({
        openedAt: draft.openedAt ?? openedAt,
        sent: draft.sent && { ...draft.sent, input: null },
        declared: null,
        ...changes,
      }),
    [change, draft.openedAt, draft.sent, openedAt],
  );
  const answer = useCallback(
    (id: string, text: string | null) => {
      const { [id]: _, ...others } = draft.answers;
      edit({ answers: text === null ? others : { ...others, [id]: text } });
    },
    [draft.answers, edit],
  );
  const answerAll = useCallback(
    (texts: Readonly<Record<string, string>>) => edit({ answers: { ...draft.answers, ...texts } }),
    [draft.answers, edit],
  );
  return {
    draft,
    declared,
    edit,
    change,
    forget,
    answer,
    answerAll,
    facts,
    detectedAt,
    decision,
    severityByRules: byRules.severity,
    questions: questionsOf(answers),
    fault: answers.find((one) => one.fault !== null) ?? null,
    isTyped: draft !== emptySituation,
    isMeasuring: error === null,
    now,
  };
}

/** What was recorded stands as a person's word only where no signal would answer it anew. */
function textsOf(playbook: Playbook, facts: Facts): Record<string, string> {
  const companions = new Set(playbook.facts.flatMap((one) => ("heldFor" in one ? (one.heldFor ?? []) : [])));
  return Object.fromEntries(
    playbook.facts.flatMap((definition) => {
      const value = facts[definition.id];
      const isMeasured = ("signal" in definition && definition.signal) || companions.has(definition.id);
      return value === undefined || isMeasured ? [] : [[definition.id, factText(value)]];
    }),
  );
}
