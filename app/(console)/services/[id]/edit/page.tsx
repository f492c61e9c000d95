import type { Metadata } from "next";
import { change, inspect } from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { EditScreen } from "#components/service/edit-screen.tsx";
import { changeSchema } from "#components/service/register-schema.ts";
import { listAdapters } from "#lib/queries/adapter/list.ts";
import { playbookOverview } from "#lib/queries/playbook/overview.ts";
import { listSecrets } from "#lib/queries/secret/list.ts";
import { serviceForm } from "#lib/queries/service/form.ts";
import { readPage } from "#lib/web/read-page.ts";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Change ${(await params).id}` };
}

export default async function EditServicePage({ params }: Props) {
  const { id } = await params;
  const read = await readPage(async (actor) => {
    const registered = await serviceForm(actor, id);
    const [adapters, playbooks, secrets] = await Promise.all([
      listAdapters(actor),
      playbookOverview(actor),
      listSecrets(actor),
    ]);
    const offered = playbooks.filter(
      (playbook) => playbook.retiredAt === null || playbook.id === registered.playbook,
    );
    return {
      registered,
      schema: changeSchema(adapters.items, offered),
      secrets: secrets.map(({ name }) => `stored:${name}`),
    };
  });
  if (!read.ok) return <RefusedPage what="Change a service" problem={read.problem} />;
  const { registered, schema, secrets } = read.data;
  return (
    <EditScreen
      key={id}
      id={id}
      name={registered.name}
      registered={registered}
      schema={schema}
      secrets={secrets}
      change={change}
      inspect={inspect}
    />
  );
}
