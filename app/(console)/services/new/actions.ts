"use server";

import { registerService } from "#lib/commands/service/register.ts";
import { action } from "#lib/web/action.ts";

export const register = action(registerService);
