import type { Metadata } from "next";
import { verify } from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { AuditScreen } from "#components/audit/audit-screen.tsx";
import { searchAudit } from "#lib/queries/audit/search.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";
import { readPage } from "#lib/web/read-page.ts";
import { instantOf, textOf, type SearchParams } from "#lib/web/search-params.ts";

export const metadata: Metadata = { title: "Audit" };

export default async function AuditPage({ searchParams }: { searchParams: SearchParams }) {
  const asked = await searchParams;
  const text = (name: string) => textOf(asked[name]) ?? undefined;
  const read = await readPage(async (actor) => {
    const [list, role] = await Promise.all([
      searchAudit(actor, {
        limit: 100,
        cursor: text("cursor"),
        type: text("type"),
        actor: text("actor"),
        subject: text("subject"),
        from: instantOf(asked["from"]) ?? undefined,
        to: instantOf(asked["to"]) ?? undefined,
      }),
      roleIn(actor, null),
    ]);
    return { list, mayExport: role === "admin" };
  });
  if (!read.ok) return <RefusedPage what="Audit" problem={read.problem} />;
  const kept = (name: string) => text(name) ?? "";
  return (
    <AuditScreen
      {...read.data}
      filters={{
        type: kept("type"),
        actor: kept("actor"),
        subject: kept("subject"),
        from: kept("from"),
        to: kept("to"),
      }}
      verify={verify}
    />
  );
}
