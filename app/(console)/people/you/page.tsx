import type { Metadata } from "next";
import { changePassword, endLoan, endSessions, lend } from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { YouScreen } from "#components/people/you-screen.tsx";
import { listDelegations } from "#lib/queries/delegation/list.ts";
import { listSessions } from "#lib/queries/session/list.ts";
import { colleagues } from "#lib/queries/user/colleagues.ts";
import { readMe } from "#lib/queries/user/me.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "You" };

export default async function YouPage() {
  const read = await readPage(async (actor) => {
    const [me, sessions, role] = await Promise.all([readMe(actor), listSessions(actor), roleIn(actor, null)]);
    const hasRole = me.role !== null;
    const [loans, reaches] = await Promise.all([
      hasRole ? listDelegations(actor, { user: actor.id, limit: 200 }) : { items: [] },
      hasRole ? colleagues(actor) : [],
    ]);
    return { me, sessions, mayEnd: role === "admin", delegations: loans.items, reaches };
  });
  if (!read.ok) return <RefusedPage what="You" problem={read.problem} />;
  const { me, sessions, mayEnd, delegations, reaches } = read.data;
  return (
    <YouScreen
      me={me}
      sessions={sessions}
      delegations={{ me, delegations, reaches, actions: { lend, end: endLoan } }}
      changePassword={changePassword}
      {...(mayEnd ? { endSessions } : {})}
    />
  );
}
