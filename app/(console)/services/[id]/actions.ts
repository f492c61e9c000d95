"use server";

import { judgeDeployment } from "#lib/commands/deployment/judge.ts";
import { reportDeployment } from "#lib/commands/deployment/report.ts";
import { createPin } from "#lib/commands/pin/create.ts";
import { releasePin } from "#lib/commands/pin/release.ts";
import { changeService } from "#lib/commands/service/change.ts";
import { inspectService } from "#lib/commands/service/inspect.ts";
import { action } from "#lib/web/action.ts";

export const follow = action(changeService);
export const add = action(reportDeployment);
export const look = action(inspectService);
export const judge = action(judgeDeployment);
export const quarantine = action(createPin);
export const release = action(releasePin);
