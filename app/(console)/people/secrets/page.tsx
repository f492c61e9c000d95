import type { Metadata } from "next";
import { remove, set } from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { NotAdmin } from "#components/people/not-admin.tsx";
import { SecretsScreen } from "#components/people/secrets-screen.tsx";
import { listSecrets } from "#lib/queries/secret/list.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Secrets" };

export default async function SecretsPage() {
  const read = await readPage(listSecrets);
  if (read.ok) return <SecretsScreen secrets={read.data} actions={{ set, remove }} />;
  if (read.problem.code === "FORBIDDEN") return <NotAdmin />;
  return <RefusedPage what="Secrets" problem={read.problem} />;
}
