"use client";

import { useState } from "react";
import type { Act } from "#components/action/answer.ts";
import { ReasonDialog } from "#components/action/reason-dialog.tsx";
import { useRefresh } from "#components/console/use-refresh.ts";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";

/** Takes a playbook from what services can follow. What still uses it is named by the refusal. */
export function RetireButton({
  id,
  title,
  retire,
}: {
  id: string;
  title: string;
  retire: Act<{ id: string; reason?: string }>;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const refresh = useRefresh();
  const toast = useToast();
  return (
    <div>
      <Button look="quiet" onClick={() => setIsOpen(true)}>
        Retire this playbook…
      </Button>
      {isOpen && (
        <ReasonDialog
          title={`Retire ${title}?`}
          verb="Retire"
          busy="Retiring"
          draft={`retire:${id}`}
          act={(reason, key) => retire({ id, reason }, key)}
          onClose={() => setIsOpen(false)}
          onDone={() => {
            setIsOpen(false);
            toast({ tone: "ok", title: "Retired", detail: "No service can follow it now." });
            refresh();
          }}
        >
          No service can follow it any more. Its versions stay for the records that name them, and a new
          version brings it back. It is refused while anything still goes by it.
        </ReasonDialog>
      )}
    </div>
  );
}
