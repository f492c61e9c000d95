"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Act } from "#components/action/answer.ts";
import { ReasonDialog } from "#components/action/reason-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import type { RollbackView } from "#lib/domain/view.ts";

export type CancelInput = { id: string; reason: string };

/** Gives a draft up, so that it no longer holds the service for itself. */
export function CancelRollback({ rollback, cancel }: { rollback: RollbackView; cancel: Act<CancelInput> }) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const { id, number, incidentNumber, serviceName, environment } = rollback;
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-secondary">
        <span>
          <span className="figures">{number}</span> is a draft: no other rollback of {serviceName} in{" "}
          {environment} can be planned beside it.
        </span>
        <Button onClick={() => setIsOpen(true)}>Give it up…</Button>
      </p>
      {isOpen && (
        <ReasonDialog
          title={`Give up ${number}?`}
          verb={`Give up ${number}`}
          busy="Giving it up"
          draft={`cancel:${number}`}
          act={(reason, key) => cancel({ id, reason }, key)}
          onClose={() => setIsOpen(false)}
          onDone={() => router.push(incidentNumber ? `/incidents/${incidentNumber}` : "/")}
        >
          Nothing was changed, so nothing has to be undone. The incident stays open, and another rollback can
          be planned here.
        </ReasonDialog>
      )}
    </>
  );
}
