"use server";

import { changeService } from "#lib/commands/service/change.ts";
import { inspectTarget } from "#lib/commands/target/inspect.ts";
import { action } from "#lib/web/action.ts";

export const change = action(changeService);
export const inspect = action(inspectTarget);
