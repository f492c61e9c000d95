"use server";

import { decideApproval } from "#lib/commands/rollback/approve.ts";
import { action } from "#lib/web/action.ts";

export const decide = action(decideApproval);
