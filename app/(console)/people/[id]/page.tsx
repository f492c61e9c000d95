import type { Metadata } from "next";
import { change, endLoan, endSessions, grant, revoke } from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { PersonScreen } from "#components/people/person-screen.tsx";
import { listDelegations } from "#lib/queries/delegation/list.ts";
import { listSystems } from "#lib/queries/service/systems.ts";
import { listSessions } from "#lib/queries/session/list.ts";
import { getUser } from "#lib/queries/user/get.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Person" };

export default async function PersonPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const read = await readPage(async (actor) => {
    const person = await getUser(actor, id);
    const [sessions, systems, loans] = await Promise.all([
      listSessions(actor, id),
      listSystems(actor),
      listDelegations(actor, { user: id, limit: 200 }),
    ]);
    return { person, sessions, systems, delegations: loans.items };
  });
  if (!read.ok) return <RefusedPage what="Person" problem={read.problem} />;
  return <PersonScreen {...read.data} actions={{ change, grant, revoke, endSessions, endLoan }} />;
}
