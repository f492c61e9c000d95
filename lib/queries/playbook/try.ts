import type { Actor } from "#lib/domain/actor.ts";
import type { Decision } from "#lib/domain/decision.ts";
import { checkFacts } from "#lib/domain/fact.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { tryPlaybook, type TryPlaybook } from "#lib/domain/try-playbook.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";
import { playbookSource } from "#lib/queries/playbook/source.ts";
import { notAPlaybook } from "#lib/queries/playbook/validate.ts";

type Tried = Decision & { playbook: { id: string; version: number } };

/** What a stored version would say; the newest where none is named. Throws NOT_FOUND, INVALID for facts that do not fit. */
export async function tryStored(
  actor: Actor,
  id: string,
  version: number | undefined,
  situation: TryPlaybook,
): Promise<Tried> {
  const found = await playbookSource(actor, id, version);
  return tried(await playbookAt(db(), id, found.version), situation);
}

/** What a text would say, without storing it. Throws INVALID with each fault of the text or the facts. */
export async function tryText(actor: Actor, yaml: string, situation: TryPlaybook): Promise<Tried> {
  await assertMayRead(actor, "playbook.read");
  const parsed = parsePlaybook(yaml);
  if (!parsed.ok) throw notAPlaybook(parsed.faults);
  return tried(parsed.playbook, situation);
}

function tried(playbook: Playbook, situation: TryPlaybook): Tried {
  checkFacts(playbook.facts, situation.facts);
  const decision = tryPlaybook(playbook, situation, new Date());
  return { ...decision, playbook: { id: playbook.id, version: playbook.version } };
}
