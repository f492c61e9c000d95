import type { Duty } from "#lib/domain/duty.ts";
import type { DutyView } from "#lib/domain/duty-view.ts";

/** What a duty is, as a task: "command this incident". */
export const dutyTask: Record<Duty, string> = {
  commander: "command this incident",
  communications: "tell the stakeholders",
  driver: "drive this rollback",
};

/** How its holder stands to it right now. */
export function holderWord({ holder, vacant }: Pick<DutyView, "holder" | "vacant">): string {
  if (holder === null) return "free";
  switch (vacant) {
    case null:
      return "here now";
    case "absent":
      return "not here";
    case "disabled":
      return "account disabled";
    case "role_lost":
      return "may no longer act here";
    case "free":
      return "free";
  }
}

/** Whether the reader holds it: nobody else can offer it, answer for it or take an offer back. */
export function isReaders({ may, request }: Pick<DutyView, "may" | "request">): boolean {
  return may.offer || (request?.isOffer === true ? may.withdraw : may.answer);
}

/** What will happen when it is taken over now, in one sentence each. `seconds`: how long the holder has to answer. */
export function takingOver({ duty, holder, vacant }: DutyView, isRunning: boolean): string[] {
  const rights = "It gives no rights and takes none: whoever may act here may still act.";
  if (holder === null) return ["Nobody holds it, so it is yours at once.", rights];
  if (vacant !== null)
    return [`${holder.name} is ${holderWord({ holder, vacant })}, so it is yours at once.`, rights];
  const patience = duty === "driver" && isRunning ? "30 seconds" : "2 minutes";
  return [
    `${holder.name} is here and is asked. Without an answer it is yours in ${patience}.`,
    "What runs goes on meanwhile.",
    rights,
  ];
}
