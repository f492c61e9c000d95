"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { fetchApi } from "#components/console/fetch-api.ts";
import type { Listed } from "#components/console/open-work.ts";
import { useRefresh } from "#components/console/use-refresh.ts";
import { assignmentWords, type ServiceRow } from "#components/playbook/assignment-words.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";

type PlaybookChangeProps = {
  service: { id: string; name: string; playbook: string };
  /** Those that are offered. */
  playbooks: readonly { id: string; title: string; version: number }[];
  change: Act<{ id: string; changes: { playbook: string } }>;
};

/** Gives the service another playbook, and says first what follows from it. */
export function PlaybookChange({ service, playbooks, change }: PlaybookChangeProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button look="quiet" onClick={() => setIsOpen(true)} aria-label="Change the playbook">
        Change
      </Button>
      {isOpen && (
        <ChangeDialog
          service={service}
          playbooks={playbooks.filter((one) => one.id !== service.playbook)}
          change={change}
          onClose={() => setIsOpen(false)}
        />
      )}
    </>
  );
}

function ChangeDialog({
  service,
  playbooks,
  change,
  onClose,
}: PlaybookChangeProps & { onClose: () => void }) {
  const refresh = useRefresh();
  const { run, isBusy, problem } = useAct(change);
  const [id, setId] = useState("");
  const chosen = playbooks.find((one) => one.id === id);
  const submit = async () => {
    const answer = await run({ id: service.id, changes: { playbook: id } });
    if (!answer.ok) return;
    onClose();
    refresh();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Which playbook does ${service.name} follow?`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={isBusy && "Changing"}
            unavailable={chosen === undefined && "Choose a playbook first"}
            onClick={() => void submit()}
          >
            {chosen === undefined ? "Follow it" : `Follow ${chosen.title}`}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        <Field label="Playbook" hint={`It follows ${service.playbook} now.`}>
          {(control) => (
            <Select
              {...control}
              value={id}
              placeholder="Choose one"
              choices={playbooks.map((one) => ({ value: one.id, label: `${one.title} (${one.id})` }))}
              onChange={(event) => setId(event.target.value)}
            />
          )}
        </Field>
        {chosen !== undefined && (
          <div role="status" className="grid gap-1.5">
            <p>
              What begins here from now on is decided by {chosen.title}, version {chosen.version}.
            </p>
            <Effect service={service.id} playbook={chosen.id} />
          </div>
        )}
        {problem && <ProblemNotice problem={problem} />}
      </div>
    </Dialog>
  );
}

function Effect({ service, playbook }: { service: string; playbook: string }) {
  const path = `/playbooks/${playbook}/services?service=${service}`;
  const { data, error } = useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => fetchApi<Listed<ServiceRow>>(path, signal),
    retry: false,
  });
  if (error) {
    return <p className="text-state-unknown-text">What else follows from it could not be read.</p>;
  }
  const row = data?.items[0];
  if (row === undefined) return <Skeleton what="what follows from it" rows={1} shape="text" />;
  return assignmentWords(row).map((line) => (
    <p key={line} className="text-state-warn-text">
      {line}
    </p>
  ));
}
