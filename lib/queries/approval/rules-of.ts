import { Refusal } from "#lib/domain/errors.ts";
import { Severity } from "#lib/domain/incident.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { approvalRules, mergeRules, type ApprovalRules } from "#lib/queries/approval/rules.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { Prisma, type Rollback } from "#prisma/client.ts";

/**
 * A service that the rollback moves beside its own, and the version of its playbook that stood when it was opened: the
 * first one where it has been given a newer playbook since.
 */
type Companion = { name: string; playbook: string; version: number | null; protected: boolean };
/** What the rules of a rollback are made of besides its own row. */
export type RuleFacts = { severity: string | null; companions: Companion[] | null };
type Where = { name: string; protected: boolean };

/** The rules that hold for a rollback: its own playbook's, and those of every service that it moves besides. */
export async function approvalRulesOf(tx: Tx, rollback: Rollback, where: Where): Promise<ApprovalRules> {
  const [facts] = await tx.$queryRaw<RuleFacts[]>`SELECT ${ruleFacts(rollback)}`;
  return rulesFromFacts(tx, rollback, where, facts ?? { severity: null, companions: null });
}

/** Columns `severity` and `companions`, to be read along with something else in one question. */
export function ruleFacts(rollback: Rollback): Prisma.Sql {
  return Prisma.sql`
    (SELECT severity FROM incident WHERE id = ${rollback.incidentId}) AS severity,
    (SELECT json_agg(json_build_object('name', s.name, 'playbook', s.playbook_id, 'protected', e.protected,
        'version', (SELECT coalesce(max(p.version) FILTER (WHERE p.created_at <= ${rollback.createdAt}), min(p.version))
          FROM playbook p WHERE p.id = s.playbook_id)))
      FROM rollback_member m JOIN service s ON s.id = m.service_id
        JOIN environment e ON e.service_id = m.service_id AND e.name = m.environment
      WHERE m.rollback_id = ${rollback.id} AND m.position > 0) AS companions`;
}

export async function rulesFromFacts(
  tx: Tx,
  rollback: Rollback,
  where: Where,
  { severity: graded, companions }: RuleFacts,
): Promise<ApprovalRules> {
  const severity = graded === null ? null : Severity.parse(graded);
  const own = approvalRules(
    await playbookAt(tx, rollback.playbookId, rollback.playbookVersion),
    where,
    severity,
  );
  let merged = own;
  for (const { name, playbook, version, protected: isProtected } of companions ?? []) {
    if (version === null) throw new Refusal("NOT_FOUND", `The playbook of ${name} is not there.`);
    const place = { name: where.name, protected: isProtected };
    merged = mergeRules(merged, approvalRules(await playbookAt(tx, playbook, version), place, severity));
  }
  return merged;
}
