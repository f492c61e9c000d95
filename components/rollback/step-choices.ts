import type { Trouble } from "#components/rollback/trouble.ts";
import type { LiveStep } from "#components/rollback/live-steps.ts";
import type { StepAction } from "#lib/domain/rollback.ts";

/** One way out of a halt, with what follows from it. */
export type StepChoice = {
  id: StepAction | "resume" | "abort";
  label: string;
  /** What will happen, one plain sentence each; the first stands beside the label. */
  consequences: [string, ...string[]];
};

/** The ways on from a halt, the one that does the least harm first; `ending`: what an abort does besides. Pure. */
export function stepChoices(trouble: Trouble, ending: readonly string[] = []): StepChoice[] {
  const { step } = trouble;
  const abort: StepChoice = {
    id: "abort",
    label: "Abort here",
    consequences: [
      ending.length === 0
        ? "Ends the rollback at this safe point. What is done stays done; nothing more is done."
        : "Ends the rollback at this safe point. What is done stays done, but for this:",
      ...ending,
      "It counts as partly done if anything was changed, and the incident goes back to deciding.",
    ],
  };
  if (!step) return [resume("Goes on with what is left."), abort];
  if (trouble.kind === "held") return [letGo(step), markDone(step), runByHand(step), skip(step), abort];
  const ways = [retry(step), markDone(step), runByHand(step), skip(step), abort];
  return trouble.kind === "paused"
    ? [resume(`Goes on with step ${step.number}, with a fresh limit.`), ...ways]
    : ways;
}

function resume(first: string): StepChoice {
  return { id: "resume", label: "Resume", consequences: [first] };
}

function letGo({ number }: LiveStep): StepChoice {
  return {
    id: "resume",
    label: "Go",
    consequences: [
      `Begins step ${number}, with a fresh limit. It waits again only where the plan says so.`,
      "The record says who let it go on, and why.",
    ],
  };
}

function retry({ step, view }: LiveStep): StepChoice {
  if (!step.mutating) {
    return {
      id: "retry",
      label: "Look again",
      consequences: ["This step only looks. Looking again changes nothing."],
    };
  }
  const isUnknown = view.state === "unknown";
  return {
    id: "retry",
    label: isUnknown ? "Look, then try again" : "Retry",
    consequences: [
      "Looks at the target first. Acts only if it does not show what is wanted, then goes on with the next step.",
      "The limit begins anew.",
    ],
  };
}

function markDone({ step }: LiveStep): StepChoice {
  return {
    id: "mark_done",
    label: "Mark done",
    consequences: [
      step.mutating
        ? "You say that the target shows what is wanted. Nothing is done to it; the next step goes on."
        : "You say that it is as it should be. The rollback counts as partly done, because nobody but you checked.",
      "What you saw is kept as the evidence, with your name.",
    ],
  };
}

function runByHand({ step }: LiveStep): StepChoice {
  return {
    id: "run_by_hand",
    label: "Take the command",
    consequences: [
      step.mutating
        ? "You run it yourself. Nothing goes on until you mark the step done or retry it."
        : "You check it yourself. Nothing goes on until you mark the step done or retry it.",
      "The timeline says that you took it.",
    ],
  };
}

function skip({ step }: LiveStep): StepChoice {
  return {
    id: "skip",
    label: "Skip",
    consequences: [
      step.mutating
        ? "The step is left out: what it would put back stays as it is. The rollback counts as partly done."
        : "Nobody checks this. The rollback counts as partly done.",
      "The next step goes on at once.",
    ],
  };
}
