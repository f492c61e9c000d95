"use server";

import { changeIncident } from "#lib/commands/incident/change.ts";
import { noteIncident } from "#lib/commands/incident/note.ts";
import { updateIncident } from "#lib/commands/incident/update.ts";
import { action } from "#lib/web/action.ts";

export const change = action(changeIncident);
export const note = action(noteIncident);
export const update = action(updateIncident);
