"use server";

import { removeSecret } from "#lib/commands/secret/remove.ts";
import { setSecret } from "#lib/commands/secret/set.ts";
import { action } from "#lib/web/action.ts";

export const set = action(setSecret);
export const remove = action(removeSecret);
