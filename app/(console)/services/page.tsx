import type { Metadata } from "next";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { CatalogueScreen } from "#components/service/catalogue-screen.tsx";
import { listReadiness } from "#lib/queries/service/readiness-list.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Services" };

export default async function ServicesPage() {
  const read = await readPage(async (actor) => {
    const [places, role] = await Promise.all([listReadiness(actor), roleIn(actor, null)]);
    return { places, mayRegister: role === "admin" };
  });
  if (!read.ok) return <RefusedPage what="Services" problem={read.problem} />;
  return <CatalogueScreen {...read.data} />;
}
