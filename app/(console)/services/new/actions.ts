"use server";

import { registerService } from "#lib/commands/service/register.ts";
import { inspectTarget } from "#lib/commands/target/inspect.ts";
import { action } from "#lib/web/action.ts";

export const inspect = action(inspectTarget);
export const register = action(registerService);
