import { Refusal } from "#lib/domain/errors.ts";
import { Playbook } from "#lib/domain/playbook.ts";
import type { Tx } from "#lib/platform/db/client.ts";

// Rows of playbooks never change, so what was parsed once stays true. The first one read goes first.
const parsed = new Map<string, Playbook>();
const mostParsed = 300;

/** A playbook at a version. Throws NOT_FOUND. */
export async function playbookAt(tx: Tx, id: string, version: number): Promise<Playbook> {
  const key = `${id}@${version}`;
  const known = parsed.get(key);
  if (known) return known;
  const row = await tx.playbook.findUnique({ where: { id_version: { id, version } } });
  if (!row) throw new Refusal("NOT_FOUND", "There is no playbook with this id and version.");
  const playbook = Playbook.parse(row.document);
  const [first] = parsed.keys();
  if (first !== undefined && parsed.size >= mostParsed) parsed.delete(first);
  parsed.set(key, playbook);
  return playbook;
}
