import type { Metadata } from "next";
import { inspect, register } from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { registerSchema } from "#components/service/register-schema.ts";
import { RegisterScreen } from "#components/service/register-screen.tsx";
import { Refusal } from "#lib/domain/errors.ts";
import { listAdapters } from "#lib/queries/adapter/list.ts";
import { playbookOverview } from "#lib/queries/playbook/overview.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Register a service" };

export default async function RegisterPage() {
  const read = await readPage(async (actor) => {
    const [adapters, playbooks, role] = await Promise.all([
      listAdapters(actor),
      playbookOverview(actor),
      roleIn(actor, null),
    ]);
    if (role !== "admin") throw new Refusal("FORBIDDEN", "An admin registers services.");
    return registerSchema(
      adapters.items,
      playbooks.filter((playbook) => playbook.retiredAt === null).map((playbook) => playbook.id),
    );
  });
  if (!read.ok) return <RefusedPage what="Register a service" problem={read.problem} />;
  return <RegisterScreen schema={read.data} register={register} inspect={inspect} />;
}
