import { z } from "zod";
import { NothingNew, recordChecks } from "#lib/commands/rollback/record-checks.ts";
import { endRun } from "#lib/engine/ownership.ts";
import { letGo, persistently } from "#lib/engine/persistently.ts";
import type { Handler, Run } from "#lib/engine/run.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { worker } from "#lib/workflows/actor.ts";
import { lookAgain } from "#lib/workflows/checklist.ts";
import { loadPreparation } from "#lib/workflows/load-preparation.ts";
import { planTargets } from "#lib/workflows/plan-targets.ts";
import type { Tools } from "#lib/workflows/tools.ts";

const Asked = z.object({ items: z.array(z.string()), preparation: z.number().int() });

/** Runs the automatic checks that were asked for again. The plan stays as it is. */
export function recheckHandler(tools: Tools): Handler {
  return { run: (run) => recheck(run, tools) };
}

async function recheck(run: Run, tools: Tools): Promise<void> {
  const patiently = <R>(work: () => Promise<R>): Promise<R> => persistently(work, letGo(run.signal));
  const { items, preparation } = Asked.parse(run.input);
  const asked = await patiently(() => transact((tx) => loadPreparation(tx, run.subjectId)));
  // Once it has started, the targets show what the rollback made of them: what comes then does not ask them.
  const planning =
    asked.rollback.startedAt === null
      ? await planTargets(asked, tools, run.signal)
      : { planned: [], troubles: [] };
  const looked = await patiently(() => lookAgain(asked, planning, items));
  const input = {
    id: run.subjectId,
    preparation,
    run: { id: run.id, generation: run.generation },
    changesOnly: false,
    looked,
  };
  try {
    await patiently(() => recordChecks(worker, input));
  } catch (error) {
    if (!(error instanceof NothingNew)) throw error;
    await patiently(() => transact((tx) => endRun(tx, run)));
  }
}
