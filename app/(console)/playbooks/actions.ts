"use server";

import { addPlaybook } from "#lib/commands/playbook/add.ts";
import { retirePlaybook } from "#lib/commands/playbook/retire.ts";
import { changeService } from "#lib/commands/service/change.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
import { ComparePlaybook, comparePlaybook } from "#lib/queries/playbook/compare.ts";
import { action } from "#lib/web/action.ts";
import { rateLimit } from "#lib/web/rate-limit.ts";

/** The worst document takes most of a second, in which this process answers nobody else. */
const takeComparison = rateLimit({ burst: 20, perSecond: 0.5 });

export const add = action(addPlaybook);
export const retire = action(retirePlaybook);
export const assign = action(changeService);
export const compare = action((actor: UserActor, input: ComparePlaybook) => {
  takeComparison(actor.id);
  return comparePlaybook(actor, parseInput(ComparePlaybook, input));
});
