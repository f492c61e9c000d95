"use server";

import { headers } from "next/headers";
import { lendRole } from "#lib/commands/delegation/lend.ts";
import { revokeDelegation } from "#lib/commands/delegation/revoke.ts";
import { revokeSessions } from "#lib/commands/session/revoke.ts";
import { changeOwnPassword } from "#lib/commands/user/change-password.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import { action } from "#lib/web/action.ts";
import { clientAddress } from "#lib/web/client-address.ts";

export const changePassword = action(async (actor: UserActor, input: { current: string; password: string }) =>
  changeOwnPassword(actor, input, clientAddress(await headers())),
);
export const endSessions = action(revokeSessions);
export const lend = action(lendRole);
export const endLoan = action(revokeDelegation);
