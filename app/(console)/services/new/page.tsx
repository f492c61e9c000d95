import type { Metadata } from "next";
import { inspect, register } from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { registerSchema } from "#components/service/register-schema.ts";
import { RegisterScreen } from "#components/service/register-screen.tsx";
import { Refusal } from "#lib/domain/errors.ts";
import { listAdapters } from "#lib/queries/adapter/list.ts";
import { playbookOverview } from "#lib/queries/playbook/overview.ts";
import { listSecrets } from "#lib/queries/secret/list.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Register a service" };

export default async function RegisterPage() {
  const read = await readPage(async (actor) => {
    const role = await roleIn(actor, null);
    if (role !== "admin") throw new Refusal("FORBIDDEN", "An admin registers services.");
    const [adapters, playbooks, secrets] = await Promise.all([
      listAdapters(actor),
      playbookOverview(actor),
      listSecrets(actor),
    ]);
    return {
      schema: registerSchema(
        adapters.items,
        playbooks.filter((playbook) => playbook.retiredAt === null),
      ),
      secrets: secrets.map(({ name }) => `stored:${name}`),
    };
  });
  if (!read.ok) return <RefusedPage what="Register a service" problem={read.problem} />;
  const { schema, secrets } = read.data;
  return <RegisterScreen schema={schema} secrets={secrets} register={register} inspect={inspect} />;
}
