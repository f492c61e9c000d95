import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { diffPlaybooks, type PartChange } from "#lib/domain/playbook-diff.ts";
import { unifiedDiff, type UnifiedDiff } from "#lib/domain/unified-diff.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { db } from "#lib/platform/db/client.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { playbookSource } from "#lib/queries/playbook/source.ts";

/** What differs, part by part, and the text line by line. */
export type PlaybookDifference = {
  parts: PartChange[];
  /** Parts beyond those told. */
  left: number;
  text: UnifiedDiff;
};
type Written = { name: string; playbook: Playbook; source: string };

/**
 * What changed between two versions: by default the newest and the one below it. Throws NOT_FOUND for a version that is
 * not stored, INVALID where there is nothing to compare with.
 */
export async function diffVersions(
  actor: Actor,
  id: string,
  asked: { from?: number | undefined; to?: number | undefined },
): Promise<PlaybookDifference & { id: string; from: number; to: number }> {
  const after = await stored(actor, id, asked.to);
  const from = asked.from ?? (await versionBelow(id, after.version));
  if (from === null) {
    const message = `There is no version below ${after.version} to compare with.`;
    throw new Refusal("INVALID", `from: ${message}`, { errors: [{ path: "from", message }] });
  }
  const before = await stored(actor, id, from);
  return { id, from, to: after.version, ...difference(before, after) };
}

/** A version as `difference` takes it; the newest where none is named. Throws NOT_FOUND. */
export async function stored(
  actor: Actor,
  id: string,
  version?: number,
): Promise<Written & { version: number }> {
  const row = await playbookSource(actor, id, version);
  const playbook = await playbookAt(db(), id, row.version);
  return { name: `${id}, version ${row.version}`, version: row.version, source: row.source, playbook };
}

export function difference(before: Written, after: Written): PlaybookDifference {
  return {
    ...diffPlaybooks(before.playbook, after.playbook),
    text: unifiedDiff(before.source, after.source, { before: before.name, after: after.name }),
  };
}

async function versionBelow(id: string, version: number): Promise<number | null> {
  const row = await db().playbook.findFirst({
    where: { id, version: { lt: version } },
    orderBy: { version: "desc" },
    select: { version: true },
  });
  return row?.version ?? null;
}
