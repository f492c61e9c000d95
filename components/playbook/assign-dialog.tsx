"use client";

import { assignmentWords, type ServiceRow } from "#components/playbook/assignment-words.ts";
import { useAssign, type AssignAct } from "#components/playbook/use-assign.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useToast } from "#components/ui/toast.tsx";

type AssignDialogProps = {
  playbook: { id: string; title: string; version: number };
  services: readonly ServiceRow[];
  titles: Readonly<Record<string, string>>;
  assign: AssignAct;
  onClose: () => void;
  /** Some or all were given it. */
  onDone: () => void;
};

/** Says what follows for each service, then gives them the playbook. */
export function AssignDialog({ playbook, services, titles, assign, onClose, onDone }: AssignDialogProps) {
  const toast = useToast();
  const { run, isBusy, progress } = useAssign(assign);
  const failed = progress?.failed ?? [];
  const waiting = services.filter((one) => !progress?.done.includes(one.id));
  const submit = async () => {
    const result = await run(
      waiting.map((one) => one.id),
      playbook.id,
    );
    if (result.done.length > 0) onDone();
    if (result.failed.length > 0) return;
    toast({
      tone: "ok",
      title:
        result.done.length === 1
          ? "1 service follows it now"
          : `${result.done.length} services follow it now`,
    });
    onClose();
  };
  const object = services.length === 1 ? (services[0]?.name ?? "") : `${services.length} services`;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open && !isBusy) onClose();
      }}
      title={`Give “${playbook.title}” to ${object}?`}
      footer={
        <>
          <Button onClick={onClose}>{failed.length > 0 && !isBusy ? "Close" : "Cancel"}</Button>
          <Button
            look="primary"
            busy={isBusy && progress && `${progress.done.length + failed.length} of ${progress.of}`}
            unavailable={services.length === 0 && "All of them follow it"}
            onClick={() => void submit()}
          >
            {failed.length > 0 ? "Try those again" : "Give it"}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        <p>
          What begins there from now on is decided by version {playbook.version}. What is open keeps the
          playbook and the version that it began with.
        </p>
        <ul aria-label="What changes">
          {services.map((one) => (
            <li key={one.id} className="border-b border-line-faint py-row">
              <p className="break-words">
                <strong className="font-strong">{one.name}</strong>
                <span className="text-secondary">
                  {" "}
                  no longer follows {titles[one.playbook] ?? one.playbook}.
                </span>
              </p>
              {assignmentWords(one).map((line) => (
                <p key={line} className="break-words text-state-warn-text">
                  {line}
                </p>
              ))}
            </li>
          ))}
        </ul>
        {failed.length > 0 && !isBusy && (
          <Notice
            live
            tone="danger"
            title={failed.length === 1 ? "One was refused" : `${failed.length} were refused`}
          >
            <ul>
              {failed.map(({ id, problem }) => (
                <li key={id} className="break-words">
                  <span className="figures">{id}</span>: {problem.detail}
                </li>
              ))}
            </ul>
          </Notice>
        )}
      </div>
    </Dialog>
  );
}
