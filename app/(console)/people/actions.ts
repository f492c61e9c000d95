"use server";

import { addUser } from "#lib/commands/user/add.ts";
import { action } from "#lib/web/action.ts";

export const add = action(addUser);
