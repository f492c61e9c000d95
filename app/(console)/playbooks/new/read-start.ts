import { filePlace } from "#components/playbook/file-place.ts";
import { renamed } from "#components/playbook/starting-text.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import { playbookOverview } from "#lib/queries/playbook/overview.ts";
import { playbookSource } from "#lib/queries/playbook/source.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";

type Asked = { from: string | null; id: string | null; isFile: boolean };

/** What a new playbook begins with; `start` is null while that is still to be chosen. Throws NOT_FOUND. */
export async function readStart(actor: UserActor, { from, id, isFile }: Asked) {
  const [all, role] = await Promise.all([playbookOverview(actor), roleIn(actor, null)]);
  const playbooks = all
    .filter((one) => one.retiredAt === null)
    // What came with Lastgood is the most complete to start from.
    .toSorted((a, b) => Number(b.builtIn) - Number(a.builtIn))
    .map((one) => ({ id: one.id, title: one.title, version: one.version }));
  const shared = { person: actor.id, playbooks, chosen: from };
  const mayStore = role === "admin";
  if (isFile) {
    const first = { text: "", note: "", base: null };
    return { ...shared, start: { place: filePlace, what: "A playbook from a file", first, mayStore } };
  }
  if (from === null || id === null) return { ...shared, start: null };
  const { version, source } = await playbookSource(actor, from);
  const text = renamed(source, { id, version: 1 });
  const first = { text, note: "", base: { id: from, version } };
  const query = new URLSearchParams({ from, id }).toString();
  const place = {
    name: `copy:${from}:${id}`,
    title: `${id}, a copy of ${from}`,
    href: `/playbooks/new?${query}`,
  };
  return { ...shared, start: { place, what: `Write ${id}`, first, mayStore } };
}
