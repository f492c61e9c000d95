import type { Metadata } from "next";
import { changePassword, endSessions } from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { YouScreen } from "#components/people/you-screen.tsx";
import { listSessions } from "#lib/queries/session/list.ts";
import { readMe } from "#lib/queries/user/me.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "You" };

export default async function YouPage() {
  const read = await readPage(async (actor) => {
    const [me, sessions, role] = await Promise.all([readMe(actor), listSessions(actor), roleIn(actor, null)]);
    return { me, sessions, mayEnd: role === "admin" };
  });
  if (!read.ok) return <RefusedPage what="You" problem={read.problem} />;
  const { me, sessions, mayEnd } = read.data;
  return (
    <YouScreen
      me={me}
      sessions={sessions}
      changePassword={changePassword}
      {...(mayEnd ? { endSessions } : {})}
    />
  );
}
