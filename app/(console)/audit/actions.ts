"use server";

import type { UserActor } from "#lib/domain/actor.ts";
import { verifyAudit } from "#lib/queries/audit/verify.ts";
import { action } from "#lib/web/action.ts";

export const verify = action((actor: UserActor, _input: Record<string, never>) => verifyAudit(actor));
