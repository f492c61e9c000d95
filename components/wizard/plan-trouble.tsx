"use client";

import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import type { RollbackView } from "#lib/domain/view.ts";

/** No plan could be made: what stood in the way, and the two ways on. */
export function PlanTrouble({
  rollback,
  changeHref,
  isLooking,
  onLookAgain,
}: {
  rollback: RollbackView;
  changeHref: string;
  isLooking: boolean;
  onLookAgain: () => void;
}) {
  const cause = rollback.checklist.find((item) => item.state === "failed");
  return (
    <ErrorState
      happened={`No plan can be made. ${cause?.evidence ?? cause?.title ?? ""}`.trim()}
      untouched="The targets. They were only looked at."
      next={cause?.advice ?? "Change the version or the scope, then make a new plan."}
      reference={rollback.number}
      action={
        <>
          <Button busy={isLooking && "Looking"} onClick={onLookAgain}>
            Look again
          </Button>
          <LinkButton href={changeHref}>Change scope or target</LinkButton>
        </>
      }
    />
  );
}
