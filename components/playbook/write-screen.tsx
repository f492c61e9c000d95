"use client";

import { useRouter } from "next/navigation";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import type { Act } from "#components/action/answer.ts";
import { useAct } from "#components/action/use-act.ts";
import { CheckSection } from "#components/playbook/check-section.tsx";
import { faultsIn } from "#components/playbook/check-text.ts";
import { renamed } from "#components/playbook/starting-text.ts";
import { StoreDialog, type Comparison } from "#components/playbook/store-dialog.tsx";
import { TryLine, TryQuestions, TryVerdicts } from "#components/playbook/try-panel.tsx";
import type { TriedSituation } from "#components/playbook/tried-situation.ts";
import { useChecked } from "#components/playbook/use-checked.ts";
import {
  usePlaybookDraft,
  type DraftPlace,
  type PlaybookDraft,
} from "#components/playbook/use-playbook-draft.ts";
import { WriteNotices } from "#components/playbook/write-notices.tsx";
import { YamlEditor, type EditorHandle } from "#components/playbook/yaml-editor.tsx";
import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { ProblemInView } from "#components/wizard/problem-in-view.tsx";

type CompareInput = { yaml: string; with?: { id: string; version: number } };

type WriteScreenProps = {
  /** Whose draft it is. */
  person: string;
  /** Names the draft among theirs. */
  place: DraftPlace;
  what: string;
  up: { href: string; label: string };
  first: PlaybookDraft;
  /** The newest version stored under the id that it began with; null for a new playbook. */
  newest: number | null;
  mayStore: boolean;
  compare: Act<CompareInput, Comparison>;
  add: Act<{ yaml: string; note?: string }, { id: string; version: number }>;
};

const noSituation: TriedSituation = { answers: {}, place: "", severity: null };

/** A team's rules, written: checked while one types, tried before they are stored, and nothing lost meanwhile. */
export function WriteScreen(props: WriteScreenProps) {
  const { person, place, what, up, newest, mayStore } = props;
  const router = useRouter();
  const toast = useToast();
  const standing = useId();
  const first = useStable(props.first);
  const { draft, isTyped, change, forget } = usePlaybookDraft(person, place, first);
  const { checked, isCurrent } = useChecked(draft.text);
  const comparing = useAct(props.compare);
  const storing = useAct(props.add);
  const [comparison, setComparison] = useState<Comparison | null>(null);
  const [tried, setTried] = useState<Comparison | null>(null);
  const [situation, setSituation] = useState(noSituation);
  const editor = useRef<EditorHandle>(null);
  const faults = isCurrent && checked?.state === "faulty" ? checked.faults : [];
  const faultLines = [...new Set(faults.flatMap((fault) => fault.line ?? []))];

  async function ask(text: string): Promise<Comparison | null> {
    const answer = await comparing.run({ yaml: text, ...(draft.base ? { with: draft.base } : {}) });
    if (answer.ok) return answer.result;
    const line = faultsIn(answer.problem).find((fault) => fault.line !== null)?.line;
    if (line) editor.current?.goTo(line);
    return null;
  }
  async function review(text: string): Promise<void> {
    storing.clear();
    setComparison(await ask(text));
  }
  async function store(): Promise<void> {
    const answer = await storing.run({
      yaml: draft.text,
      ...(draft.note.trim() === "" ? {} : { note: draft.note.trim() }),
    });
    if (!answer.ok) return;
    const { id, version } = answer.result;
    forget();
    toast({ tone: "ok", title: `Stored version ${version} of ${id}` });
    router.push(`/playbooks/${id}`);
  }
  useSaveKey(() => void review(draft.text));

  const isTrying = tried !== null;
  const pair = isTrying && {
    first: { name: `Version ${tried.version}`, playbook: tried.playbook },
    second: null,
    situation,
    onSituation: setSituation,
  };
  return (
    <Page
      what={what}
      up={up}
      aside={
        pair ? (
          <TryVerdicts {...pair} />
        ) : (
          <CheckSection
            id={standing}
            checked={checked}
            isCurrent={isCurrent}
            onLine={(line) => editor.current?.goTo(line)}
          />
        )
      }
      actionsNote={
        pair ? (
          <TryLine {...pair} />
        ) : isTyped ? (
          "Kept in this browser until it is stored."
        ) : (
          "Nothing is changed yet."
        )
      }
      actions={
        <>
          <Button onClick={() => saveAsFile(draft.text, checked)}>Save as file</Button>
          {isTrying ? (
            <Button onClick={() => setTried(null)}>Go on writing</Button>
          ) : (
            <Button busy={comparing.isBusy && "Checking"} onClick={() => void ask(draft.text).then(setTried)}>
              Try it
            </Button>
          )}
          <Button
            look="primary"
            busy={comparing.isBusy && "Comparing"}
            onClick={() => void review(draft.text)}
          >
            See what changes
          </Button>
        </>
      }
    >
      {comparing.problem && <ProblemInView problem={comparing.problem} />}
      <WriteNotices
        base={draft.base}
        newest={newest}
        isTyped={isTyped}
        mayStore={mayStore}
        onDiscard={forget}
      />
      {pair ? (
        <TryQuestions {...pair} />
      ) : (
        <YamlEditor
          handle={editor}
          text={draft.text}
          onText={(text) => change({ text })}
          faultLines={faultLines}
          describedBy={standing}
        />
      )}
      {comparison && (
        <StoreDialog
          comparison={comparison}
          note={draft.note}
          onNote={(note) => change({ note })}
          problem={storing.problem}
          isBusy={storing.isBusy}
          mayStore={mayStore}
          onNumber={(version) => {
            const text = renamed(draft.text, { version });
            change({ text });
            void review(text);
          }}
          onClose={() => setComparison(null)}
          onStore={() => void store()}
        />
      )}
    </Page>
  );
}

/** The same object while it says the same, so that what hangs on it stays. */
function useStable(draft: PlaybookDraft): PlaybookDraft {
  const key = JSON.stringify(draft);
  return useMemo(() => JSON.parse(key) as PlaybookDraft, [key]);
}

/** Ctrl or ⌘ with S, which would otherwise save the page. */
function useSaveKey(onSave: () => void): void {
  const latest = useRef(onSave);
  useEffect(() => {
    latest.current = onSave;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      if (document.querySelector("[role=dialog]") === null) latest.current();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function saveAsFile(text: string, checked: ReturnType<typeof useChecked>["checked"]): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/yaml" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = checked?.state === "good" ? `${checked.id}-${checked.version}.yaml` : "playbook.yaml";
  link.click();
  URL.revokeObjectURL(url);
}
