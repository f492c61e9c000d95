import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { signOutHere } from "./sign-out.ts";
import { Shell } from "#components/shell/shell.tsx";
import { readTheme, themeCookie } from "#components/shell/theme.ts";
import { roleTitle } from "#lib/domain/role.ts";
import { approvalInbox } from "#lib/queries/approval/inbox.ts";
import { listIncidents } from "#lib/queries/incident/list.ts";
import { listRollbacks } from "#lib/queries/rollback/list.ts";
import { readMe } from "#lib/queries/user/me.ts";
import { readActor } from "#lib/web/session.ts";

export const dynamic = "force-dynamic";

/** The frame of every page behind the sign-in. Each query and command below checks authority again by itself. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await readActor(await headers());
  if (!actor) redirect("/sign-in");
  const [me, incidents, rollbacks, inbox, jar] = await Promise.all([
    readMe(actor),
    listIncidents(actor, { active: true, limit: 100 }),
    listRollbacks(actor, { active: true, limit: 100 }),
    approvalInbox(actor, { state: "needs_approval", limit: 100 }),
    cookies(),
  ]);
  const active = incidents.items.length;
  return (
    <Shell
      user={{ name: actor.name, role: me.role ? roleTitle[me.role] : "No role", email: actor.email }}
      counts={{
        incidents: active,
        rollbacks: rollbacks.items.length,
        approvals: inbox.items.filter((item) => item.mine).length,
      }}
      now={new Date().getTime()}
      theme={readTheme(jar.get(themeCookie)?.value)}
      world={
        active === 0
          ? { tone: "neutral", word: "No active incident" }
          : { tone: "danger", word: active === 1 ? "1 active incident" : `${active} active incidents` }
      }
      signOut={signOutHere}
    >
      {children}
    </Shell>
  );
}
