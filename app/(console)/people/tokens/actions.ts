"use server";

import { createToken } from "#lib/commands/token/create.ts";
import { revokeToken } from "#lib/commands/token/revoke.ts";
import { action } from "#lib/web/action.ts";

export const create = action(createToken);
export const revoke = action(revokeToken);
