"use server";

import { abortRollback } from "#lib/commands/rollback/abort.ts";
import { actOnStep } from "#lib/commands/rollback/act-on-step.ts";
import { pauseRollback, resumeRollback, takeDriver } from "#lib/commands/rollback/control.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { action } from "#lib/web/action.ts";

export const execute = action(executeRollback);
export const pause = action(pauseRollback);
export const resume = action(resumeRollback);
export const abort = action(abortRollback);
export const takeWheel = action(takeDriver);
export const decideStep = action(actOnStep);
