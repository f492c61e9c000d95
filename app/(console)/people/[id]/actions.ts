"use server";

import { revokeDelegation } from "#lib/commands/delegation/revoke.ts";
import { grantRole } from "#lib/commands/role/grant.ts";
import { revokeRole } from "#lib/commands/role/revoke.ts";
import { revokeSessions } from "#lib/commands/session/revoke.ts";
import { changeUser } from "#lib/commands/user/change.ts";
import { action } from "#lib/web/action.ts";

export const change = action(changeUser);
export const grant = action(grantRole);
export const revoke = action(revokeRole);
export const endLoan = action(revokeDelegation);
export const endSessions = action(revokeSessions);
