"use server";

import { abortRollback } from "#lib/commands/rollback/abort.ts";
import { actOnStep } from "#lib/commands/rollback/act-on-step.ts";
import { passDuty } from "#lib/commands/duty/pass.ts";
import { tickChecklist } from "#lib/commands/rollback/check.ts";
import { pauseRollback, resumeRollback } from "#lib/commands/rollback/control.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { recheck as recheckRollback } from "#lib/commands/rollback/recheck.ts";
import { completeReview } from "#lib/commands/review/complete.ts";
import { declareEmergency } from "#lib/commands/rollback/declare-emergency.ts";
import { action } from "#lib/web/action.ts";

export const execute = action(executeRollback);
export const pause = action(pauseRollback);
export const resume = action(resumeRollback);
export const abort = action(abortRollback);
export const pass = action(passDuty);
export const decideStep = action(actOnStep);
export const tick = action(tickChecklist);
export const recheck = action(recheckRollback);
export const declare = action(declareEmergency);
export const completeDebt = action(completeReview);
