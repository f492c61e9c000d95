"use server";

import { assignOnCall } from "#lib/commands/on-call/assign.ts";
import { revokeOnCall } from "#lib/commands/on-call/revoke.ts";
import { action } from "#lib/web/action.ts";

export const assign = action(assignOnCall);
export const end = action(revokeOnCall);
