import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

/** Says whether a document would be accepted; stores nothing. Throws INVALID with path, reason and line of each fault. */
export async function validatePlaybook(
  actor: Actor,
  yaml: string,
): Promise<{ ok: true; id: string; version: number; title: string }> {
  await assertMayRead(actor, "playbook.read");
  const parsed = parsePlaybook(yaml);
  if (!parsed.ok) throw notAPlaybook(parsed.faults);
  const { id, version, title } = parsed.playbook;
  return { ok: true, id, version, title };
}

export function notAPlaybook(faults: readonly { path: string; message: string; line?: number }[]): Refusal {
  const errors = faults.map(({ path, message, line }) => ({
    path,
    message: line === undefined ? message : `Line ${line}: ${message}`,
  }));
  const count = errors.length === 1 ? "one fault" : `${errors.length} faults`;
  return new Refusal("INVALID", `The playbook has ${count}. Nothing was stored.`, {
    errors,
    extra: { faults: faults.map((fault) => ({ ...fault })) },
  });
}
