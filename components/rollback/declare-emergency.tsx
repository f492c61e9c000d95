"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { EmergencyDialog, type DeclareEmergencyAct } from "#components/rollback/emergency-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import type { RollbackView } from "#lib/domain/view.ts";

type DeclareEmergencyProps = { rollback: RollbackView; declare: DeclareEmergencyAct; onDone: () => void };

/** The way into an emergency for whoever may declare one; afterwards it goes on at the checklist. */
export function DeclareEmergency({ rollback, declare, onDone }: DeclareEmergencyProps) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const { emergencyChoice: choice, incidentNumber, number } = rollback;
  const [known, setKnown] = useState(choice);
  // While the dialog closes the plan is an emergency already, and there is nothing to choose any more.
  if (choice !== null && choice !== known) setKnown(choice);
  if (known === null || (choice === null && !isOpen)) return null;
  return (
    <>
      <Button look="quiet" onClick={() => setIsOpen(true)}>
        Declare an emergency…
      </Button>
      <EmergencyDialog
        rollback={rollback}
        choice={known}
        open={isOpen}
        onOpenChange={setIsOpen}
        declare={declare}
        onDone={() => {
          onDone();
          if (incidentNumber) router.push(`/declare/${incidentNumber}/checklist?rollback=${number}`);
        }}
      />
    </>
  );
}
