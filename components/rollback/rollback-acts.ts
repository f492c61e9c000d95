import type { Act } from "#components/action/answer.ts";
import type { PassAct } from "#components/duty/use-duties.ts";
import type { DeclareEmergencyAct } from "#components/rollback/emergency-dialog.tsx";
import type { CheckActs } from "#components/wizard/check-acts.ts";
import type { StepAction } from "#lib/domain/rollback.ts";

type Reasoned = { id: string; reason: string };

/** What can be done on the screen of a rollback; each is a server action. */
export type RollbackActs = CheckActs & {
  declareEmergency: DeclareEmergencyAct;
  completeDebt: Act<{ review: string; text: string }>;
  execute: Act<{ id: string; planHash: string; confirmation?: string }>;
  pause: Act<Reasoned>;
  resume: Act<Reasoned>;
  abort: Act<Reasoned & { asItIs?: boolean }>;
  pass: PassAct;
  actOnStep: Act<Reasoned & { key: string; action: StepAction; evidence?: string }>;
};
