import { headOf } from "../../head-of.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { diffVersions } from "#lib/queries/playbook/diff.ts";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { playbookVersions } from "#lib/queries/playbook/versions.ts";

type Asked = { from: number | undefined; to: number | undefined; cursor: string | undefined };

/** The versions of a playbook with what changed between the two that are asked for, or the two newest. Throws NOT_FOUND. */
export async function readVersions(actor: Actor, id: string, { from, to, cursor }: Asked) {
  const [playbook, versions] = await Promise.all([
    getPlaybook(actor, id),
    playbookVersions(actor, id, { limit: 20, cursor }),
  ]);
  const hasOther = playbook.versions.some((version) => version < (to ?? playbook.version));
  const compared = from === undefined && !hasOther ? null : await diffVersions(actor, id, { from, to });
  const { facts } = await getPlaybook(actor, id, compared?.to);
  return {
    head: headOf(playbook),
    usedBy: playbook.usedBy.length,
    versions,
    compared: compared && { from: compared.from, to: compared.to, difference: compared, facts },
  };
}
