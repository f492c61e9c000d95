"use server";

import { declareAndDecide } from "./declare-and-decide.ts";
import { decideIncident } from "#lib/commands/incident/decide.ts";
import { abortRollback } from "#lib/commands/rollback/abort.ts";
import { tickChecklist } from "#lib/commands/rollback/check.ts";
import { editRollback } from "#lib/commands/rollback/edit.ts";
import { recheck as recheckRollback } from "#lib/commands/rollback/recheck.ts";
import { requestRollback } from "#lib/commands/rollback/request.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import { action } from "#lib/web/action.ts";

export const declare = action(declareAndDecide);
export const decide = action(decideIncident);
export const request = action(requestRollback);
export const edit = action(editRollback);
export const tick = action(tickChecklist);
export const recheck = action(recheckRollback);
export const submit = action(submitRollback);
export const cancel = action(abortRollback);
