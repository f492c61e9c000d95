"use client";

import type { Problem } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { DiffView, type Difference } from "#components/playbook/diff-view.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { Playbook } from "#lib/domain/playbook.ts";

/** What would change if a text were stored, as the server tells it. */
export type Comparison = {
  id: string;
  version: number;
  playbook: Playbook;
  newest: number | null;
  retiredAt: string | null;
  services: string[];
  with: { id: string; version: number } | null;
  difference: Difference | null;
};

type StoreDialogProps = {
  comparison: Comparison;
  note: string;
  onNote: (note: string) => void;
  problem: Problem | null;
  isBusy: boolean;
  mayStore: boolean;
  onNumber: (version: number) => void;
  onClose: () => void;
  onStore: () => void;
};

/** Before a version is stored: what changes, and who decides by it from now on. */
export function StoreDialog(props: StoreDialogProps) {
  const { comparison, note, onNote, problem, isBusy, mayStore, onNumber, onClose, onStore } = props;
  const { id, version, newest, difference } = comparison;
  const next = newest === null ? 1 : newest + 1;
  const isTaken = newest !== null && version <= newest;
  const isSame =
    difference !== null && difference.parts.length === 0 && difference.text.text === "" && newest !== null;
  const unavailable = !mayStore
    ? "Storing a version needs the role admin"
    : isTaken
      ? `Version ${newest} is stored already`
      : isSame && "Nothing differs";
  return (
    <Dialog
      open
      size="wide"
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={newest === null ? `Store ${id}, version ${version}?` : `Store version ${version} of ${id}?`}
      footer={
        <>
          <Button onClick={onClose}>Go on writing</Button>
          <Button look="primary" busy={isBusy && "Storing"} unavailable={unavailable} onClick={onStore}>
            Store version {version}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-5">
        {isTaken && (
          <Notice
            live
            tone="warn"
            title={`Version ${newest} is stored already`}
            action={<Button onClick={() => onNumber(next)}>Make it version {next}</Button>}
          >
            Give this one a higher number.
          </Notice>
        )}
        <Effect comparison={comparison} />
        {difference !== null && comparison.with !== null && (
          <section aria-label="What changes" className="grid grid-cols-1 gap-1">
            <h3 className="border-b border-line-soft pb-1 text-16 font-strong">
              What changes
              <span className="font-regular text-secondary">
                {" "}
                from version {comparison.with.version}
                {comparison.with.id !== id && ` of ${comparison.with.id}`}
              </span>
            </h3>
            <DiffView difference={difference} facts={comparison.playbook.facts} />
          </section>
        )}
        <Field label="Note" hint="What changed and why, for whoever reads the versions later." optional>
          {(control) => (
            <Textarea
              {...control}
              maxLength={500}
              value={note}
              onChange={(event) => onNote(event.target.value)}
            />
          )}
        </Field>
        {problem && <ProblemNotice problem={problem} />}
      </div>
    </Dialog>
  );
}

const mostNamed = 12;

function Effect({ comparison }: { comparison: Comparison }) {
  const { services, retiredAt, newest } = comparison;
  const more = services.length - mostNamed;
  return (
    <div className="grid gap-1.5">
      <p>
        {services.length === 0 ? (
          newest === null ? (
            "No service follows it until one is given it."
          ) : (
            "No service follows it now."
          )
        ) : (
          <>
            From now on{" "}
            {services.length === 1 ? "this service decides" : `these ${services.length} services decide`} by
            it:{" "}
            <strong className="font-strong break-words">
              {services.slice(0, mostNamed).join(", ")}
              {more > 0 && ` and ${more} more`}
            </strong>
            .
          </>
        )}
      </p>
      {newest !== null && (
        <p className="text-secondary">Open incidents and rollbacks keep the version that they began with.</p>
      )}
      {retiredAt !== null && (
        <p className="text-state-warn-text">It is retired. This version brings it back.</p>
      )}
    </div>
  );
}
