import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { readOpenWork } from "./read-open-work.ts";
import { signOutHere } from "./sign-out.ts";
import { ConsoleShell } from "#components/console/console-shell.tsx";
import { readTheme, themeCookie } from "#components/shell/theme.ts";
import { roleTitle, type Role } from "#lib/domain/role.ts";
import { serviceNames } from "#lib/queries/service/names.ts";
import { readMe } from "#lib/queries/user/me.ts";
import { pageActor, readPage } from "#lib/web/read-page.ts";

export const dynamic = "force-dynamic";

const nothing = { items: [], next: null };

/** The frame of every page behind the sign-in. Each query and command below checks authority again by itself. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await pageActor();
  const [me, work, services, jar] = await Promise.all([
    readPage(readMe),
    readOpenWork(),
    readPage(serviceNames),
    cookies(),
  ]);
  return (
    <ConsoleShell
      user={{
        name: actor.name,
        role: me.ok ? roleWords(me.data) : "Role not known",
        email: actor.email,
        onCallUntil: me.ok ? lastEnd(me.data.onCall) : null,
      }}
      work={work.ok ? work.data : { incidents: nothing, rollbacks: nothing, approvals: nothing }}
      services={services.ok ? services.data : []}
      now={new Date().getTime()}
      theme={readTheme(jar.get(themeCookie)?.value)}
      signOut={signOutHere}
    >
      {children}
    </ConsoleShell>
  );
}

function roleWords(me: { role: Role | null; grants: { role: Role; system: string }[] }): string {
  if (me.role === null) return "No role yet";
  const holds = me.grants.filter((grant) => grant.role === me.role);
  if (holds.some((grant) => grant.system === "*")) return roleTitle[me.role];
  return `${roleTitle[me.role]} in ${holds.map((grant) => grant.system).join(", ")}`;
}

function lastEnd(duties: readonly { until: string }[]): string | null {
  return (
    duties
      .map((duty) => duty.until)
      .toSorted()
      .at(-1) ?? null
  );
}
